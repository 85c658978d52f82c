#pragma once

#include "core/engine/model_batches.h"
#include "core/store/model_batch_table.h"
#include "support/model_desk.h"

namespace patchbay::tests {

/// A model desk whose vendor takes batches at half the price, and what asks for their answers.
struct BatchDesk : ModelDesk {
    std::unique_ptr<ModelBatches> batches = {};

    explicit BatchDesk(int largest = 10)
    {
        catalog.models.front().largestBatch = largest;
        QJsonObject settings = prices("10000", "20000");
        settings.insert(QStringLiteral("batch_percent"), QStringLiteral("50"));
        if (!await(models->change(model.id, model.name, settings)).ok())
            qFatal("the model was not changed");
        model.settings = settings;
        restart();
        watch();
    }
    void watch()
    {
        batches = std::make_unique<ModelBatches>(*store, snapshots, [this](ModelId id) { return live->language(id); });
    }
    /// Conversations that the local model has nothing to say about, the oldest first.
    std::vector<ConversationId> receiveStrange(int count)
    {
        std::vector<ConversationId> all;
        for (int i = 0; i < count; ++i) {
            clock.advance(std::chrono::seconds(1));
            all.push_back(receive(QString(), QStringLiteral("Zzyzx plugh qwrt %1").arg(QString(3, QChar(u'a' + i)))));
        }
        return all;
    }
    Result<BatchAsked> askAll(int limit = 200)
    {
        BatchRequest request;
        request.limit = limit;
        return await(models->askInBatches(request));
    }
    int read() { return await(batches->runOnce()).value(); }
    std::vector<model_batches::Shown> all() { return await(models->batches(20)).value(); }
    questions::Shown newest(ConversationId id)
    {
        const auto found = get([id](Database &db) { return questions::ofConversation(db, id, 1); });
        return found.empty() ? questions::Shown{} : found.front();
    }
    size_t calls(ModelCall::State state)
    {
        const auto entries = ledger();
        return size_t(std::count_if(entries.begin(), entries.end(),
                                    [state](const auto &entry) { return entry.call.state == state; }));
    }
    ModelAnswer saysFirst() { return far.answer(classifies(firstCategory()), 100, 20); }
};

} // namespace patchbay::tests
