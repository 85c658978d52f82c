#include "ui/models/message_words.h"
#include "ui/models/words.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/message_card.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

// What was told of a message after it was written: its former texts, its deletion, reactions, how it fares.

namespace {

constexpr qsizetype cardFormerLimit = 4000; ///< of a former text; the whole stands in the source

} // namespace

void MessageCard::addStoryChips(QHBoxLayout *to)
{
    const MessageStory &story = m_item.story;
    if (story.deletion) {
        QLabel *chip = plainLabel(tr("deleted by the sender"), "chipWarning", this);
        setPlainTip(chip, words::fullTime(story.deletion->at));
        to->addWidget(chip, 0, Qt::AlignVCenter);
    }
    if (!story.editedAt)
        return;
    m_edited = textButton(tr("edited %1").arg(words::shortTime(story.editedAt, words::now())), "flat", this);
    m_edited->setAccessibleName(tr("Edited %1: show the former text").arg(words::fullTime(story.editedAt)));
    setPlainTip(m_edited, m_edited->accessibleName());
    m_edited->setCheckable(true);
    connect(m_edited, &QPushButton::toggled, this, [this](bool show) {
        m_former->setVisible(show);
        m_edited->setAccessibleName(show ? tr("Hide the former text") : tr("Show the former text"));
    });
    to->addWidget(m_edited, 0, Qt::AlignVCenter);
}

void MessageCard::addQuote(QVBoxLayout *to)
{
    const Message &message = m_item.messages.front();
    if (message.answers.isEmpty())
        return;
    if (!m_item.quote) {
        to->addWidget(plainLabel(tr("↪ Answers a message that is not here"), "small", this, true));
        return;
    }
    const TimelineQuote quote = *m_item.quote;
    auto *button = textButton(tr("↪ %1: %2").arg(quote.author, quote.text), "flat", this);
    button->setText(button->text().replace(QLatin1Char('&'), QStringLiteral("&&")));
    button->setAccessibleName(tr("Answers %1: %2. Go there").arg(quote.author, quote.text));
    button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setLook(button, "align", "left");
    connect(button, &QPushButton::clicked, this, [this, id = quote.message] { m_wishes.showMessage(id); });
    to->addWidget(button);
}

void MessageCard::addDeleted(QVBoxLayout *to)
{
    if (!m_item.story.deletion)
        return;
    m_deleted = textButton({}, "flat", this);
    connect(m_deleted, &QPushButton::clicked, this, [this] { showDeleted(m_body->isHidden()); });
    to->addWidget(m_deleted, 0, Qt::AlignLeft);
}

void MessageCard::showDeleted(bool show)
{
    m_body->setVisible(show);
    m_deleted->setText(show ? tr("Hide the deleted text") : tr("… Show the deleted text"));
    m_deleted->setAccessibleName(m_deleted->text());
}

void MessageCard::addFormerTexts(QVBoxLayout *to)
{
    if (!m_edited)
        return;
    m_former = new QWidget(this);
    auto *lines = new QVBoxLayout(m_former);
    lines->setContentsMargins(10, 2, 0, 4);
    const std::vector<MessageEvent> &former = m_item.story.formerTexts;
    for (const MessageEvent &one : former) {
        lines->addWidget(plainLabel(tr("Written %1:").arg(words::fullTime(one.at)), "small", m_former, true));
        QLabel *text = plainLabel(one.text.left(cardFormerLimit), "muted", m_former, true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        lines->addWidget(text);
    }
    m_former->hide();
    to->addWidget(m_former);
}

void MessageCard::addReactions(QVBoxLayout *to)
{
    if (m_item.story.reactions.empty())
        return;
    const QString line = words::reactions(m_item.story);
    QLabel *label = plainLabel(line, "small", this, true);
    label->setAccessibleName(tr("Reactions: %1").arg(line));
    to->addWidget(label);
}

QString MessageCard::fate() const
{
    return m_item.story.receipt ? words::fateSentence(*m_item.story.receipt, words::now()) : QString();
}

} // namespace patchbay
