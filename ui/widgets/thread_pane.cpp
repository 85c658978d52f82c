#include "ui/widgets/thread_pane.h"

#include "core/store/message_table.h"
#include "ui/models/typing_line.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/find_bar.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/source_dialog.h"
#include "ui/widgets/state_page.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>

namespace patchbay {

ThreadPane::ThreadPane(Triage &triage, const ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_triage(triage)
    , m_timeline(new TimelineModel(triage.context().store, this))
    , m_header(surface("bar", this))
    , m_subject(new ElidedLabel({}, "title", m_header))
    , m_line(new ElidedLabel({}, "muted", m_header))
    , m_status(plainLabel({}, "chip", m_header))
    , m_stack(new QStackedWidget(this))
    , m_state(new StatePage(this))
{
    CardWishes wishes;
    wishes.takeBack = [this](DeliveryId id) { m_triage.cancelDelivery(id); };
    wishes.retry = [this](DeliveryId id) { m_triage.retryDelivery(id); };
    wishes.settle = [this](DeliveryId id) { Q_EMIT settleWanted(id); };
    wishes.include = [this](const QString &address) { m_triage.includeParticipant(address, true); };
    wishes.showSource = [this](const Message &message) { showSource(message); };
    wishes.saveAttachment = [this](const Attachment &attachment) { saveAttachment(attachment); };
    wishes.loadAttachment = [this](const Attachment &attachment, std::function<void()> ended) {
        loadAttachment(attachment, std::move(ended));
    };
    wishes.showMessage = [this](MessageId id) { m_view->showMessage(id); };
    wishes.answer = [this](const TimelineItem &item) { m_composer->answerTo(item); };
    wishes.change = [this](const TimelineItem &item) { m_composer->change(item); };
    wishes.canAnswer = [this] { return m_composer->canQuote(); };
    wishes.canChange = [this](const TimelineItem &item) { return m_composer->canChange(item); };
    wishes.leave = [this](DeliveryId id) { m_triage.cancelDelivery(id); };
    m_view = new ThreadView(*m_timeline, wishes, triage.context().store.files(), this);
    m_findBar = new FindBar(triage.context().store, actions, *m_view, this);
    m_typing = new TypingLine(triage, this);
    m_typingLabel = plainLabel({}, "muted", this);
    m_typingLabel->setContentsMargins(16, 2, 16, 4);
    m_typingLabel->hide();
    m_composer = new Composer(triage, this);
    buildHeader(actions);

    m_stack->addWidget(m_view);
    m_stack->addWidget(m_state);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_findBar);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_typingLabel);
    layout->addWidget(m_composer);

    connect(m_typing, &TypingLine::changed, this, [this] {
        setPlain(m_typingLabel, m_typing->text());
        m_typingLabel->setVisible(!m_typing->text().isEmpty());
    });
    connect(&triage, &Triage::currentChanged, this, &ThreadPane::openCurrent);
    connect(&triage, &Triage::detailsChanged, this, &ThreadPane::showHeader);
    connect(&triage, &Triage::replySent, m_view, [this](ConversationId id) {
        if (id == m_triage.current())
            m_view->toEnd();
    });
    connect(m_findBar, &FindBar::failed, &triage, &Triage::failed);
    connect(m_timeline, &TimelineModel::inboundArrived, m_composer, &Composer::messageBelow);
    const auto broken = [this](const QString &why) {
        m_state->show(Glyph::Warning, tr("This conversation could not be read"), why, tr("Try again"), [this] {
            m_triage.reload();
            openCurrent();
        });
        m_stack->setCurrentWidget(m_state);
    };
    connect(m_timeline, &TimelineModel::failed, this, broken);
    connect(&triage, &Triage::detailsFailed, this, broken);
    openCurrent();
}

void ThreadPane::buildHeader(const ActionRegistry &actions)
{
    auto *first = new QHBoxLayout;
    first->addWidget(m_subject, 1);
    const auto tool = [&](Glyph glyph, const char *id) {
        const QString actionId = QLatin1String(id);
        auto *button = glyphButton(glyph, actions.titleWithKey(actionId), m_header);
        connect(button, &QToolButton::clicked, this, [&actions, actionId] { actions.trigger(actionId); });
        first->addWidget(button);
    };
    tool(Glyph::Done, "conversation.done");
    tool(Glyph::Snoozed, "conversation.snooze");
    tool(Glyph::Person, "conversation.assign");
    tool(Glyph::Panel, "view.context");
    auto *second = new QHBoxLayout;
    second->addWidget(m_line, 1);
    second->addWidget(m_status);
    auto *layout = new QVBoxLayout(m_header);
    layout->setContentsMargins(16, 9, 10, 9);
    layout->setSpacing(2);
    layout->addLayout(first);
    layout->addLayout(second);
}

void ThreadPane::openCurrent()
{
    const ConversationId id = m_triage.current();
    m_timeline->open(id);
    m_header->setVisible(bool(id));
    if (!id && m_findBar->isOpen())
        m_findBar->close();
    if (id) {
        m_findBar->follow(id);
        m_stack->setCurrentWidget(m_view);
        return;
    }
    m_state->show(Glyph::Chat, tr("No conversation is open"),
                  tr("J and K move through the list, Enter opens, ? shows all keys."));
    m_stack->setCurrentWidget(m_state);
}

void ThreadPane::startFind()
{
    if (m_triage.current())
        m_findBar->open(m_triage.current());
}

void ThreadPane::showHeader()
{
    const ConversationDetails *details = m_triage.details();
    if (!details) {
        setPlain(m_subject, {});
        setPlain(m_line, {});
        m_status->hide();
        return;
    }
    const Conversation &c = details->conversation;
    const QString subject = words::oneLine(c.subject);
    const QString contact = words::oneLine(details->contact.name);
    const ChatConnectorInfo *info =
        details->channel ? m_triage.context().catalog.chat(details->channel->connector) : nullptr;
    const bool isNamed = subject.isEmpty() && info && info->isChat && !contact.isEmpty(); // a chat has no subject
    setPlain(m_subject, isNamed ? contact : subject.isEmpty() ? tr("(no subject)") : subject);
    setPlainTip(m_subject, subject);
    QStringList parts;
    if (!isNamed)
        parts << contact;
    if (details->channel)
        parts << words::oneLine(details->channel->name);
    parts << (c.assignee ? tr("assigned to %1").arg(words::oneLine(details->operatorName(c.assignee)))
                         : tr("nobody assigned"));
    for (const QString &label : details->labels)
        parts << QLatin1Char('#') + words::oneLine(label, 40);
    setPlain(m_line, parts.join(QStringLiteral("  ·  ")));
    QString status;
    const char *look = "chip";
    if (c.status == ConversationStatus::Done) {
        status = tr("✓ Done");
        look = "chipGood";
    } else if (c.status == ConversationStatus::Snoozed) {
        status = c.snoozeUntil ? tr("◷ Snoozed until %1").arg(words::fullTime(c.snoozeUntil))
                               : tr("◷ Snoozed until somebody writes");
    } else if (c.awaitingUs && c.awaitingSince) {
        status = tr("Awaiting us for %1").arg(words::duration(words::now() - c.awaitingSince));
        look = "chipWarning";
    } else {
        status = tr("Waiting for the customer");
    }
    setPlain(m_status, status);
    setLook(m_status, "role", look);
    m_status->show();
}

void ThreadPane::showTimes()
{
    showHeader();
    m_view->showTimes();
}

void ThreadPane::showSource(const Message &message)
{
    auto work = [id = message.id](Database &db) -> Result<QByteArray> {
        const std::optional<QByteArray> raw = messages::raw(db, id);
        if (!raw && db.ok())
            return makeError(Error::Kind::NotFound,
                             tr("This message has no source: it was not received from outside."));
        return db.finish(raw.value_or(QByteArray()));
    };
    whenDone(this, m_triage.context().store.read(std::move(work)), [this](const Result<QByteArray> &raw) {
        if (raw)
            showSourceDialog(window(), tr("Source of the message"), *raw);
        else
            Q_EMIT m_triage.failed(raw.error().message);
    });
}

void ThreadPane::loadAttachment(const Attachment &attachment, std::function<void()> ended)
{
    const QString name = words::oneLine(attachment.name, 80);
    whenDone(this, m_triage.context().channels.loadFile(attachment.id),
             [this, name, ended](const Result<Done> &loaded) {
                 if (loaded)
                     Q_EMIT m_triage.said({tr("Loaded %1").arg(name), false, {}});
                 else
                     Q_EMIT m_triage.failed(tr("%1 could not be loaded: %2").arg(name, loaded.error().message));
                 ended();
             });
}

void ThreadPane::loadFiles()
{
    if (!m_triage.current())
        return;
    whenDone(this, m_triage.context().channels.loadFiles(m_triage.current()), [this](const Result<LoadedFiles> &done) {
        if (!done)
            return Q_EMIT m_triage.failed(done.error().message);
        QStringList why;
        for (const auto &[name, sentence] : done->failed)
            why << tr("%1 could not be loaded: %2").arg(words::oneLine(name, 80), sentence);
        if (!why.isEmpty())
            Q_EMIT m_triage.failed(why.mid(0, 3).join(QLatin1Char(' ')));
        else if (done->loaded.isEmpty())
            Q_EMIT m_triage.said({tr("Every file of this conversation is here."), false, {}});
        else
            Q_EMIT m_triage.said({tr("Loaded %n file(s)", nullptr, int(done->loaded.size())), false, {}});
    });
}

void ThreadPane::saveAttachment(const Attachment &attachment)
{
    chooseAndSave(window(), attachment, m_triage.context().store.files(), [this](const Result<QString> &saved) {
        if (saved)
            Q_EMIT m_triage.said({tr("Saved as %1").arg(*saved), false, {}});
        else
            Q_EMIT m_triage.failed(saved.error().message);
    });
}

} // namespace patchbay
