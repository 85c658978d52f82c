#include "core/engine/model_batches.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/batches_dialog.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/models_dialog.h"
#include "ui/widgets/opinion_card.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/toast.h"

namespace patchbay {

void MainWindow::registerModels()
{
    using Scope = ActionScope;
    const QString group = tr("Second opinion");
    const auto can = [this] { return m_opinion.obstacle().isEmpty(); };
    const auto answered = [this](Purpose purpose) {
        const questions::Shown *shown = m_opinion.newest(purpose);
        return shown && shown->question.isAnswered() && !m_ctx.store.isReadOnly();
    };
    addAction_(
        "model.reply", group, tr("Suggest a reply"), {QStringLiteral("G")}, Scope::Conversations,
        [this] { askModel(Purpose::Reply); }, can);
    addAction_(
        "model.summary", group, tr("Summarise"), {QStringLiteral("Shift+S")}, Scope::Conversations,
        [this] { askModel(Purpose::Summary); }, can);
    addAction_(
        "model.translation", group, tr("Translate"), {QStringLiteral("Shift+T")}, Scope::Conversations,
        [this] { askModel(Purpose::Translation); }, can);
    addAction_(
        "model.classify", group, tr("Ask for a category"), {QStringLiteral("Shift+C")}, Scope::Conversations,
        [this] { askModel(Purpose::Classify); }, can);
    addAction_(
        "model.take_category", group, tr("Take the model's category"), {}, Scope::Conversations,
        [this] { m_opinion.takeCategory(); }, [answered] { return answered(Purpose::Classify); });
    addAction_(
        "model.use_reply", group, tr("Use the suggested reply"), {}, Scope::Conversations,
        [this] { m_opinion.useReply(); }, [answered] { return answered(Purpose::Reply); });
    addAction_(
        "setup.models", tr("Set up"), tr("Remote models…"), {}, Scope::Everywhere, [this] { openModels(); },
        [this] { return m_ctx.modelCommands && m_ctx.models; });
    addAction_(
        "setup.batches", tr("Set up"), tr("Ask a model in batches…"), {QStringLiteral("Ctrl+Shift+O")},
        Scope::Everywhere, [this] { openBatches(); }, [this] { return m_ctx.modelCommands && m_ctx.models; });
    addAction_(
        "model.read_batches", group, tr("Read answers of batches now"), {}, Scope::Everywhere,
        [this] { readBatches(); }, [this] { return m_ctx.modelBatches != nullptr; });
    connect(&m_opinion, &SecondOpinion::said, this, [this](const QString &sentence) {
        Said said;
        said.text = sentence;
        m_toast->say(said);
    });
    connect(&m_opinion, &SecondOpinion::failed, this, [this](const QString &sentence) { m_toast->complain(sentence); });
}

void MainWindow::askModel(Purpose purpose)
{
    // Asked again although it is there: another answer is wanted.
    const questions::Shown *before = m_opinion.newest(purpose);
    const std::optional<Message> &newest = m_triage.details()->newestInbound;
    const bool anew = before && before->question.isAnswered() && newest && before->question.message == newest->id;
    m_context->show();
    m_context->opinionCard()->unfold();
    m_opinion.ask(purpose, anew);
}

void MainWindow::openModels()
{
    auto *dialog = new ModelsDialog(m_ctx, this);
    connect(dialog, &ModelsDialog::changeWanted, this, [this](const ModelAccount &model) {
        openAccount(new AccountDialog(m_ctx, model, this), tr("Model %1 is changed"));
    });
    connect(dialog, &ModelsDialog::addWanted, this, [this, dialog] {
        std::vector<Choice> choices;
        for (const ModelConnectorInfo &info : m_ctx.catalog.models) {
            Choice choice;
            choice.text = info.title;
            choice.value = info.id;
            choices.push_back(choice);
        }
        auto *picker = new Picker(tr("Whose model? One of your own keeps every word in your network."),
                                  std::move(choices), dialog);
        connect(picker, &Picker::chosen, this, [this](const QVariant &id) {
            openAccount(new AccountDialog(m_ctx, AccountDialog::Kind::Model, id.toString(), this),
                        tr("Model %1 is added"));
        });
        picker->openOver(dialog);
    });
    connect(dialog, &ModelsDialog::batchesWanted, this, &MainWindow::openBatches);
    connect(dialog, &ModelsDialog::conversationWanted, this, &MainWindow::openConversation);
    dialog->open();
}

void MainWindow::openBatches()
{
    auto *dialog = new BatchesDialog(m_ctx, this);
    connect(dialog, &BatchesDialog::conversationWanted, this, &MainWindow::openConversation);
    connect(dialog, &BatchesDialog::outboxWanted, this, [this] { showPage(RailRow::Kind::Outbox); });
    connect(dialog, &BatchesDialog::setupWanted, this, &MainWindow::openModels);
    dialog->open();
}

void MainWindow::readBatches()
{
    whenDone(this, m_ctx.modelBatches->runOnce(), [this](const Result<int> &ended) {
        if (!ended)
            return m_toast->complain(ended.error().message);
        Said said;
        said.text = batchesReadSentence(*ended);
        m_toast->say(said);
    });
}

} // namespace patchbay
