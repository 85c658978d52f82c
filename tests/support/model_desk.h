#pragma once

#include "core/engine/model_commands.h"
#include "core/engine/models.h"
#include "core/engine/outbox.h"
#include "core/store/model_table.h"
#include "core/store/question_table.h"
#include "support/command_desk.h"
#include "support/scripted_model.h"
#include "support/test_main.h"

namespace patchbay::tests {

class NoSecrets final : public SecretStore {
public:
    Async<Result<std::optional<QString>>> read(SecretKey) override { co_return std::optional<QString>(); }
    Async<Result<Done>> write(SecretKey, QString) override { co_return Done{}; }
    Async<Result<Done>> remove(SecretKey) override { co_return Done{}; }
    QString limitation() const override { return {}; }
};

/// A desk with one scripted model behind the real Outbox. A token costs 0.01 asked and 0.02 answered, so that sums are
/// easy to see.
struct ModelDesk : CommandDesk {
    NoSecrets secrets = NoSecrets();
    ScriptedModel far = {};
    std::unique_ptr<ModelCommands> models = {};
    std::unique_ptr<Models> live = {};
    std::unique_ptr<Outbox> outbox = {};
    ModelAccount model = {};
    ModelPolicy policy = {};

    explicit ModelDesk(const QString &location = {})
        : CommandDesk(location)
    {
        catalog.models = {far.info()};
        models = std::make_unique<ModelCommands>(*store, catalog, snapshots, me);
        model =
            await(models->add(QStringLiteral("scripted"), QStringLiteral("Second"), prices("10000", "20000"))).value();
        policy.allowed = true;
        policy.budget = {1'000'000'000}; // 1,000
        (void)setPolicy();
        restart();
    }
    static QJsonObject prices(const char *asked, const char *answered)
    {
        return {{QStringLiteral("price_input"), QLatin1String(asked)},
                {QStringLiteral("price_output"), QLatin1String(answered)},
                {QStringLiteral("max_output_tokens"), 100}};
    }
    Result<Done> setPolicy() { return await(models->setPolicy(policy)); }
    /// As a process that has just started on the same workspace.
    void restart()
    {
        outbox.reset();
        live.reset();
        far.hanging = 0;
        far.inFlight = 0;
        live = std::make_unique<Models>(*store, catalog, secrets, snapshots);
        (void)await(live->load());
        outbox = std::make_unique<Outbox>(
            *store, [this](const Delivery &delivery) { return live->live(delivery); }, QStringLiteral("test"),
            OutboxLimits{}, [] { return 0.5; });
    }
    Result<Done> work() { return await(outbox->runOnce()); }
    bool workUntilItHangs()
    {
        auto running = outbox->runOnce();
        return QTest::qWaitFor([&] { return far.hanging > 0; }, 5000);
    }
    Result<Question> ask(ConversationId conversation, Purpose purpose = Purpose::Classify)
    {
        return await(models->ask(conversation, purpose));
    }
    questions::Shown shown(QuestionId id)
    {
        return get([id](Database &db) { return questions::shown(db, id).value_or(questions::Shown{}); });
    }
    std::vector<model_calls::Entry> ledger() { return await(models->ledger({}, 100)).value(); }
    ModelMeter meter() { return await(models->meter()).value(); }
    QString firstCategory()
    {
        const Taxonomy all = get([](Database &db) { return categories::all(db); });
        for (const Category &one : all) {
            if (!one.isUnsorted)
                return one.name;
        }
        return {};
    }
    static QString classifies(const QString &category, const QString &reason = QStringLiteral("It says so."))
    {
        return QString::fromUtf8(
            QJsonDocument(QJsonObject{{QStringLiteral("category"), category}, {QStringLiteral("reason"), reason}})
                .toJson(QJsonDocument::Compact));
    }
};

} // namespace patchbay::tests
