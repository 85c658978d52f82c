#include "ui/widgets/composer.h"

#include "core/engine/chat_replies.h"
#include "core/engine/reply_recipients.h"
#include "ui/models/message_words.h"
#include "ui/models/words.h"
#include "ui/widgets/attachment_strip.h"
#include "ui/widgets/catch_up_guard.h"
#include "ui/widgets/marked_edit.h"
#include "ui/widgets/plain.h"

#include <QtCore/QLocale>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

Composer::Composer(Triage &triage, QWidget *parent)
    : QFrame(parent)
    , m_triage(triage)
    , m_edit(new QPlainTextEdit(this))
    , m_replyTab(textButton(tr("Reply"), "tab", this))
    , m_noteTab(textButton(tr("Note"), "tab", this))
    , m_send(textButton({}, "primary", this))
    , m_template(textButton(tr("Template…"), "normal", this))
    , m_attach(textButton(tr("Attach file…"), "normal", this))
    , m_files(new AttachmentStrip(triage, this))
    , m_to(new ElidedLabel({}, "muted", this))
    , m_hint(plainLabel({}, "small", this, true))
    , m_strip(surface("warning", this))
    , m_stripText(plainLabel(tr("New message below: read it before you send."), "warning", m_strip, true))
    , m_about(surface("event", this))
    , m_aboutText(new ElidedLabel({}, "muted", m_about))
    , m_guard(surface("warning", this))
    , m_guardText(plainLabel({}, "warning", m_guard, true))
    , m_catchUp(new CatchUpGuard(this))
    , m_room(plainLabel({}, "small", this))
    , m_mode(QStringLiteral("reply"))
{
    setProperty("surface", QStringLiteral("foot"));
    setAttribute(Qt::WA_StyledBackground);
    m_replyTab->setCheckable(true);
    m_noteTab->setCheckable(true);
    m_edit->setAccessibleName(tr("Text of the reply"));
    m_edit->setTabChangesFocus(true);

    auto *stripRow = new QHBoxLayout(m_strip);
    stripRow->setContentsMargins(9, 4, 5, 4);
    stripRow->addWidget(m_stripText, 1);
    auto *seen = textButton(tr("I have read it"), "flat", m_strip);
    stripRow->addWidget(seen);
    connect(seen, &QPushButton::clicked, this, [this] {
        m_strip->hide();
        m_edit->setFocus();
    });
    buildAbout();
    auto *guardRow = new QHBoxLayout(m_guard);
    guardRow->setContentsMargins(9, 4, 9, 4);
    guardRow->addWidget(m_guardText, 1);
    m_strip->hide();
    m_guard->hide();

    auto *tabs = new QHBoxLayout;
    tabs->addWidget(m_replyTab);
    tabs->addWidget(m_noteTab);
    tabs->addSpacing(8);
    tabs->addWidget(m_to, 1);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_hint, 1);
    foot->addWidget(m_room);
    foot->addWidget(m_attach);
    foot->addWidget(m_template);
    foot->addWidget(m_send);
    m_template->hide();
    setPlainTip(m_template, tr("Send an approved template (Ctrl+Shift+P)"));
    connect(m_template, &QPushButton::clicked, this, &Composer::templateWanted);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 12);
    layout->setSpacing(7);
    layout->addWidget(m_strip);
    layout->addWidget(m_guard);
    layout->addWidget(m_catchUp);
    layout->addLayout(tabs);
    layout->addWidget(m_about);
    layout->addWidget(m_edit);
    layout->addWidget(m_files);
    layout->addLayout(foot);

    m_files->watch(this);
    m_files->serve(m_edit);
    m_files->watch(m_edit->viewport());
    setPlainTip(m_attach, tr("Send files along (Ctrl+Shift+A); they can also be dropped here"));
    connect(m_attach, &QPushButton::clicked, m_files, &AttachmentStrip::choose);
    connect(m_files, &AttachmentStrip::changed, this, [this] {
        enableSend();
        showGuard();
    });
    connect(m_replyTab, &QPushButton::clicked, this, &Composer::beginReply);
    connect(m_noteTab, &QPushButton::clicked, this, &Composer::beginNote);
    connect(m_send, &QPushButton::clicked, this, [this] { send(false); });
    connect(m_catchUp, &CatchUpGuard::sendAllTheSame, this, &Composer::send);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_showing && m_conversation)
            wrote();
        enableSend();
        showGuard();
        grow();
    });
    m_clock.setInterval(15000);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        enableSend();
        showGuard();
    });
    connect(&triage, &Triage::currentChanged, this, &Composer::conversationChanged);
    connect(&triage, &Triage::detailsChanged, this, &Composer::detailsChanged);
    connect(&triage.drafts(), &DraftKeeper::changed, this, [this](ConversationId conversation, const QString &kind) {
        if (conversation == m_conversation && kind == m_mode)
            showText();
    });
    setMode(m_mode);
    conversationChanged();
}

void Composer::wrote()
{
    const QString text = m_edit->toPlainText();
    m_triage.drafts().edit(m_conversation, m_mode, draft());
    if (m_mode == QLatin1String("reply") && !text.trimmed().isEmpty())
        m_triage.context().channels.typing(m_conversation);
}

void Composer::conversationChanged()
{
    m_conversation = m_triage.current();
    m_strip->hide();
    m_guard->hide();
    setVisible(bool(m_conversation));
    setMode(m_modes.value(m_conversation, QStringLiteral("reply")));
}

void Composer::begin(const QString &mode)
{
    if (!m_conversation)
        return;
    setMode(mode);
    m_edit->setFocus();
}

void Composer::toggleMode()
{
    begin(m_mode == QLatin1String("reply") ? QStringLiteral("note") : QStringLiteral("reply"));
}

void Composer::insertReply(const QString &text)
{
    if (!m_conversation)
        return;
    beginReply();
    m_edit->insertPlainText(text);
}

void Composer::setMode(const QString &mode)
{
    m_mode = mode;
    if (m_conversation)
        m_modes.insert(m_conversation, mode);
    const bool note = mode == QLatin1String("note");
    m_replyTab->setChecked(mode == QLatin1String("reply"));
    m_noteTab->setChecked(note);
    setLook(m_edit, "mode", note ? "note" : "reply");
    m_files->setShown(mode == QLatin1String("reply"));
    m_edit->setPlaceholderText(note ? tr("A note for the team. The customer never sees it.") : tr("Write a reply."));
    setPlain(m_hint, note ? tr("Ctrl+Enter keeps it") : tr("Ctrl+Enter sends · Ctrl+Shift+Enter sends, done, next"));
    m_edit->setAccessibleName(note ? tr("Text of the note") : tr("Text of the reply"));
    showText();
    showWords();
    showAbout();
}

void Composer::showText()
{
    const QString text = m_triage.drafts().text(m_conversation, m_mode);
    if (text == draft())
        return;
    m_showing = true;
    // Also ends the undo history: Ctrl+Z cannot bring another conversation's text here.
    showMarked(*m_edit, markedFromDraft(wordsOfDraft(text)));
    m_edit->moveCursor(QTextCursor::End);
    m_showing = false;
}

void Composer::detailsChanged()
{
    showWords();
    grow();
}

bool Composer::isEmpty() const
{
    const bool withFiles = m_mode == QLatin1String("reply") && !m_files->isEmpty();
    return m_edit->toPlainText().trimmed().isEmpty() && !withFiles;
}

void Composer::enableSend() { m_send->setEnabled(!isEmpty() && obstacle().isEmpty()); }

void Composer::showWords()
{
    const ConversationDetails *details = m_triage.details();
    m_edit->setReadOnly(m_triage.context().store.isReadOnly());
    enableSend();
    showGuard();
    m_template->setVisible(m_mode == QLatin1String("reply") && m_triage.takesTemplates());
    m_template->setEnabled(!m_triage.context().store.isReadOnly());
    m_attach->setVisible(m_mode == QLatin1String("reply") && m_triage.takesFiles());
    m_attach->setEnabled(!m_triage.context().store.isReadOnly());
    if (m_mode == QLatin1String("note")) {
        m_send->setText(tr("Add note"));
        m_send->setAccessibleName(tr("Add note"));
        setPlainTip(m_send, tr("Keep it for the team (Ctrl+Enter)"));
        setPlain(m_to, tr("For the team only"));
        return;
    }
    if (!details) {
        setPlain(m_to, {});
        m_send->setText(tr("Reply"));
        return;
    }
    if (m_mode == QLatin1String("change")) {
        m_send->setText(tr("Save change"));
        m_send->setAccessibleName(tr("Save change"));
        setPlainTip(m_send, tr("Change the message over there and here (Ctrl+Enter)"));
        setPlain(m_to, tr("Changes what was sent"));
        return;
    }
    const ChatConnectorInfo *info = connector();
    const bool chat = info && info->isChat;
    const QString all = people().join(QStringLiteral(", "));
    const QString first = chat ? words::oneLine(all, 28)
                               : words::oneLine(details->contact.name.isEmpty() && !details->recipients.empty()
                                                    ? details->recipients.front().address
                                                    : details->contact.name,
                                                28);
    const QString channel = details->channel ? words::oneLine(details->channel->name, 40) : QString();
    setPlain(m_to, tr("To %1  via %2").arg(all, channel));
    setPlainTip(m_to, tr("To %1 via %2").arg(all, channel));
    const QString button = tr("Reply to %1").arg(first);
    m_send->setText(QString(button).replace(QLatin1Char('&'), QStringLiteral("&&")));
    m_send->setAccessibleName(tr("%1 via %2").arg(button, channel));
    setPlainTip(m_send, tr("%1 via %2 (Ctrl+Enter; Ctrl+Shift+Enter: then done and next)").arg(all, channel));
}

void Composer::send(bool thenDoneAndNext)
{
    const QString text = m_edit->toPlainText();
    if (isEmpty() || !m_send->isEnabled())
        return;
    if (m_mode == QLatin1String("reply") && m_catchUp->asks(thenDoneAndNext))
        return;
    m_strip->hide();
    if (m_mode == QLatin1String("note"))
        m_triage.addNote(text);
    else if (m_mode == QLatin1String("change"))
        m_triage.changeMessage(m_changes.value(m_conversation).message, written(), draft());
    else
        m_triage.sendReply(draft(), thenDoneAndNext, m_quotes.value(m_conversation).message);
}

void Composer::messageBelow()
{
    m_catchUp->askAgain();
    if (!isEmpty())
        m_strip->show();
}

void Composer::grow()
{
    const int line = QFontMetrics(m_edit->font()).lineSpacing();
    const int lines = qBound(3, m_edit->document()->size().toSize().height(), 11);
    m_edit->setFixedHeight(lines * line + 26);
}

} // namespace patchbay
