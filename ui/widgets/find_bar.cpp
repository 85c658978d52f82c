#include "ui/widgets/find_bar.h"

#include "ui/widgets/plain.h"
#include "ui/widgets/thread_view.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

namespace patchbay {

namespace {

constexpr int findTypingPause = 120; ///< milliseconds
constexpr int findTextLimit = 200;

} // namespace

FindBar::FindBar(Store &store, const ActionRegistry &actions, ThreadView &view, QWidget *parent)
    : QFrame(parent)
    , m_view(view)
    , m_find(store)
    , m_field(new QLineEdit(this))
    , m_status(plainLabel({}, "muted", this))
{
    setProperty("surface", QStringLiteral("bar"));
    setAccessibleName(tr("Find in the conversation"));
    m_field->setPlaceholderText(tr("Find in the conversation"));
    m_field->setAccessibleName(tr("Find in the conversation"));
    m_field->setMaxLength(findTextLimit);
    m_field->setClearButtonEnabled(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 5, 10, 5);
    layout->addWidget(m_field, 1);
    layout->addWidget(m_status);
    const auto tool = [&](Glyph glyph, const char *id) {
        const QString action = QLatin1String(id);
        auto *button = glyphButton(glyph, actions.titleWithKey(action), this);
        connect(button, &QToolButton::clicked, this, [&actions, action] { actions.trigger(action); });
        layout->addWidget(button);
    };
    tool(Glyph::Up, "find.previous");
    tool(Glyph::Down, "find.next");
    tool(Glyph::Close, "find.close");
    hide();
    m_typing.setSingleShot(true);
    m_typing.setInterval(findTypingPause);
    connect(m_field, &QLineEdit::textChanged, this, [this] { m_typing.start(); });
    connect(&m_typing, &QTimer::timeout, this, &FindBar::look);
    connect(&m_find, &ConversationFind::changed, this, &FindBar::showStatus);
    connect(&m_find, &ConversationFind::currentChanged, this, [this] {
        if (m_find.current())
            m_view.showPlace(*m_find.current());
    });
    connect(&m_find, &ConversationFind::failed, this, &FindBar::failed);
}

void FindBar::open(ConversationId conversation)
{
    if (!m_open)
        m_before = QApplication::focusWidget();
    m_open = true;
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    follow(conversation);
}

void FindBar::close()
{
    m_open = false;
    m_typing.stop();
    m_find.stop();
    m_conversation = {};
    m_view.setFind({});
    const bool had = isAncestorOf(QApplication::focusWidget());
    hide();
    if (had && m_before && m_before->isVisible())
        m_before->setFocus();
    else if (had)
        m_view.setFocus();
}

void FindBar::follow(ConversationId conversation)
{
    if (!m_open || conversation == m_conversation)
        return;
    m_conversation = conversation;
    look();
}

void FindBar::look()
{
    m_typing.stop();
    m_find.start(m_conversation, m_field->text(), m_view.readingFrom());
    m_view.setFind(m_find.folded());
}

void FindBar::move(int steps)
{
    if (m_typing.isActive())
        look(); // Enter right after typing
    else
        m_find.move(steps);
}

void FindBar::showStatus()
{
    QString text;
    const char *look = "muted";
    const QString all = m_find.isCapped() ? QStringLiteral("%1+").arg(m_find.count()) : QString::number(m_find.count());
    if (m_find.folded().isEmpty()) {
        text.clear();
    } else if (m_find.isLoading()) {
        text = m_find.count() > 0 ? tr("%1 so far…").arg(m_find.count()) : tr("Looking…");
    } else if (m_find.count() == 0) {
        text = tr("Nothing found");
        look = "warning";
    } else {
        text = tr("%1 of %2").arg(m_find.number()).arg(all);
    }
    setPlain(m_status, text);
    m_status->setAccessibleName(text.isEmpty() ? tr("Nothing is looked for") : text);
    setLook(m_status, "role", look);
    setPlainTip(m_status,
                m_find.isCapped() ? tr("The newest %1 places are counted. More letters find fewer.").arg(m_find.count())
                                  : QString());
}

} // namespace patchbay
