#include "ui/widgets/message_card.h"

#include "core/engine/reply_recipients.h"
#include "ui/models/words.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/theme.h"

#include <QtCore/QLocale>
#include <QtCore/QPointer>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

namespace patchbay {

MessageCard::MessageCard(const TimelineItem &item, const CardWishes &wishes, BlobStore &files, QWidget *parent)
    : QFrame(parent)
    , m_item(item)
    , m_wishes(wishes)
{
    setAttribute(Qt::WA_StyledBackground);
    if (item.isEvents())
        buildEvents();
    else
        buildMessage(files);
}

QString MessageCard::authorName() const
{
    const Message &message = m_item.messages.front();
    if (message.direction != Direction::Inbound && !m_item.operatorName.isEmpty())
        return words::oneLine(m_item.operatorName);
    return words::oneLine(message.author.name.isEmpty() ? message.author.address : message.author.name);
}

void MessageCard::buildEvents()
{
    setProperty("surface", QStringLiteral("event"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 0, 8, 0);
    layout->setSpacing(1);
    const auto line = [](const Message &message) {
        return QStringLiteral("%1 · %2").arg(words::oneLine(message.text),
                                             words::shortTime(message.sortAt, words::now()));
    };
    if (m_item.messages.size() == 1) {
        layout->addWidget(plainLabel(line(m_item.messages.front()), "small", this, true));
        return;
    }
    auto *fold = textButton(tr("▸ %n change(s)", nullptr, int(m_item.messages.size())), "flat", this);
    m_events = new QWidget(this);
    auto *lines = new QVBoxLayout(m_events);
    lines->setContentsMargins(16, 0, 0, 4);
    for (const Message &message : m_item.messages)
        lines->addWidget(plainLabel(line(message), "small", m_events, true));
    m_events->setVisible(!m_folded);
    connect(fold, &QPushButton::clicked, this, [this] { setFolded(!m_folded); });
    layout->addWidget(fold, 0, Qt::AlignLeft);
    layout->addWidget(m_events);
}

void MessageCard::buildMessage(BlobStore &files)
{
    const Message &message = m_item.messages.front();
    setProperty("surface",
                message.direction == Direction::Note           ? QStringLiteral("note")
                    : message.direction == Direction::Outbound ? QStringLiteral("mine")
                                                               : QStringLiteral("card"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 7, 10, 9);
    layout->setSpacing(4);
    addHeader(layout);
    addWarnings(layout);
    addQuote(layout);
    addDeleted(layout);

    m_body = new BodyView(this);
    layout->addWidget(m_body);
    m_body->show(message.body, true);
    m_body->loadPictures(message.body, message.attachments, files);
    m_body->setVisible(message.attachments.empty() || !message.body.blocks.empty()); // else files alone
    if (BodyDocument::canFold(message.body))
        addFold(layout);
    addMore(layout);
    if (!message.body.notice.isEmpty())
        layout->addWidget(plainLabel(message.body.notice, "small", this, true));
    addFormerTexts(layout);
    addAttachments(layout);
    addReactions(layout);
    if (m_deleted)
        showDeleted(false);
    if (message.direction == Direction::Outbound) {
        addDelivery(layout);
        addChange(layout);
    }
    setAccessibleName(tr("%1, %2").arg(authorName(), words::fullTime(message.sortAt)));
}

void MessageCard::addFold(QVBoxLayout *to)
{
    m_fold = textButton({}, "flat", this);
    connect(m_fold, &QPushButton::clicked, this, [this] { setFolded(!m_folded); });
    to->addWidget(m_fold, 0, Qt::AlignLeft);
    showFold();
}

void MessageCard::showFold()
{
    const bool quotes = !plainText(m_item.messages.front().body, BodyBlock::Part::QuotedHistory).isEmpty();
    if (m_folded)
        m_fold->setText(quotes ? tr("… Show quoted text") : tr("… Show signature"));
    else
        m_fold->setText(quotes ? tr("Hide quoted text") : tr("Hide signature"));
    m_fold->setAccessibleName(m_fold->text());
}

void MessageCard::setFolded(bool folded)
{
    if (folded == m_folded || (!m_events && !m_fold))
        return;
    m_folded = folded;
    if (m_events) {
        m_events->setVisible(!folded);
        return;
    }
    showFold();
    m_body->show(m_item.messages.front().body, folded);
    m_more->setVisible(m_body->hasMore());
}

/// A long message shows its beginning; the rest comes when it is asked for.
void MessageCard::addMore(QVBoxLayout *to)
{
    const qint64 size = BodyDocument::sizeOf(m_item.messages.front().body, m_folded);
    m_more = textButton(tr("Show all (%1)").arg(words::size(size)), "flat", this);
    m_more->setVisible(m_body->hasMore());
    connect(m_more, &QPushButton::clicked, this, [this] { showAll(0); });
    connect(m_body, &BodyView::allShown, m_more, &QWidget::hide);
    to->addWidget(m_more, 0, Qt::AlignLeft);
}

void MessageCard::showAll(int keptHeight)
{
    m_more->setEnabled(false);
    m_more->setText(tr("Showing all…"));
    m_body->showAll(keptHeight);
}

CardState MessageCard::state() const
{
    CardState state;
    state.unfolded = !m_folded;
    state.all = m_body && m_body->isAllWanted();
    state.bodyHeight = state.all ? m_body->height() : 0;
    return state;
}

void MessageCard::restore(const CardState &state)
{
    setFolded(!state.unfolded);
    if (state.all && m_body && m_body->hasMore())
        showAll(state.bodyHeight);
}

void MessageCard::setHighlights(const std::vector<QString> &foldedTerms)
{
    if (m_body)
        m_body->setHighlights(foldedTerms);
}

void MessageCard::setEvidence(const std::vector<EvidencePlace> &places)
{
    if (!m_body)
        return;
    m_body->setEvidence(places);
    m_body->setAccessibleDescription(
        places.empty() ? QString()
                       : tr("Marked as what counted for the category: %n place(s)", nullptr, int(places.size())));
}

void MessageCard::setFind(const QString &folded, const FindHit *current)
{
    if (!m_body)
        return;
    if (current && current->folded)
        setFolded(false);
    const int nth = !current ? -1 : (m_folded && m_fold ? current->nthUnfolded : current->nth);
    m_body->setFind(folded, nth);
    if (current && m_body->currentPlace().isNull() && m_body->hasMore())
        showAll(0);
}

/// Its height depends on its width alone: Qt's own hint would lay the text out for a width that it never has.
QSize MessageCard::sizeHint() const { return m_body ? QSize(300, height()) : QFrame::sizeHint(); }

void MessageCard::addHeader(QVBoxLayout *to)
{
    const Message &message = m_item.messages.front();
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    if (message.direction == Direction::Note)
        row->addWidget(plainLabel(tr("Note"), "chipWarning", this), 0, Qt::AlignVCenter);
    row->addWidget(plainLabel(authorName(), "heading", this));
    // The address beside the name, always: a name alone can pretend.
    auto *address = new ElidedLabel(message.direction == Direction::Note ? tr("only we see this")
                                                                         : words::oneLine(message.author.address),
                                    "muted", this);
    setPlainTip(address, words::oneLine(message.author.address));
    row->addWidget(address, 1);
    addStoryChips(row);
    if (message.automatic)
        row->addWidget(plainLabel(tr("automatic"), "chip", this), 0, Qt::AlignVCenter);
    m_time = plainLabel({}, "small", this);
    showTime();
    QString tip = words::fullTime(message.sortAt);
    if (message.arrivedAt && message.providerAt && message.arrivedAt - message.providerAt > std::chrono::hours(1))
        tip += QLatin1Char('\n') + tr("Arrived late: %1").arg(words::fullTime(message.arrivedAt));
    setPlainTip(m_time, tip);
    row->addWidget(m_time);

    auto *more = glyphButton(Glyph::More, tr("More about this message"), this);
    more->setPopupMode(QToolButton::InstantPopup);
    more->setFixedSize(32, 26);
    auto *menu = new QMenu(more);
    addWriting(menu);
    if (message.direction == Direction::Inbound)
        menu->addAction(tr("Show source"), this, [this] { m_wishes.showSource(m_item.messages.front()); });
    menu->addAction(tr("Copy text"), this, [this] {
        m_body->selectAll();
        m_body->copy();
        m_body->moveCursor(QTextCursor::Start);
    });
    more->setMenu(menu);
    row->addWidget(more);
    to->addLayout(row);

    QStringList line;
    if (!message.to.isEmpty())
        line << tr("to %1").arg(words::oneLine(message.to.join(QStringLiteral(", ")), 300));
    if (!message.cc.isEmpty())
        line << tr("copy to %1").arg(words::oneLine(message.cc.join(QStringLiteral(", ")), 300));
    if (!line.isEmpty() && message.direction != Direction::Note)
        to->addWidget(plainLabel(line.join(QStringLiteral("  ·  ")), "small", this, true));
}

void MessageCard::showTime()
{
    if (m_time)
        setPlain(m_time, words::shortTime(m_item.messages.front().sortAt, words::now()));
}

void MessageCard::addStrip(QVBoxLayout *to, const QString &text, const QString &actionText,
                           std::function<void()> action)
{
    QFrame *strip = surface("warning", this);
    auto *row = new QHBoxLayout(strip);
    row->setContentsMargins(9, 5, 6, 5);
    row->addWidget(plainLabel(text, "warning", strip, true), 1);
    if (action) {
        auto *button = textButton(actionText, "flat", strip);
        connect(button, &QPushButton::clicked, this, std::move(action));
        row->addWidget(button);
    }
    to->addWidget(strip);
}

void MessageCard::addWarnings(QVBoxLayout *to)
{
    const Message &message = m_item.messages.front();
    if (message.direction != Direction::Inbound)
        return;
    if (repliesElsewhere(message))
        addStrip(to,
                 tr("⚠ Asks for answers to %1, not to the domain it came from.").arg(words::oneLine(message.replyTo)),
                 {}, {});
    if (message.newParticipant) {
        const QString address = message.author.address;
        addStrip(to, tr("⚠ %1 was not in this conversation before.").arg(words::oneLine(address)),
                 tr("Include in replies"), [this, address] { m_wishes.include(address); });
    }
    if (message.conflicting)
        addStrip(to, tr("⚠ Another message with the same id but other content came earlier. Both are kept."), {}, {});
}

void MessageCard::addAttachments(QVBoxLayout *to)
{
    for (const Attachment &attachment : m_item.messages.front().attachments) {
        if (attachment.isInline && !attachment.contentId.isEmpty())
            continue;
        const QString name = words::oneLine(attachment.name, 80);
        if (!attachment.isLoaded()) {
            const QString size = attachment.size > 0 ? words::size(attachment.size) : tr("size not told");
            auto *load = textButton(tr("%1  ·  not loaded yet (%2)  ·  Load").arg(name, size), "flat", this);
            load->setIcon(glyphIcon(Glyph::Attach));
            connect(load, &QPushButton::clicked, this, [this, attachment, load] {
                load->setEnabled(false);
                m_wishes.loadAttachment(attachment, [button = QPointer(load)] {
                    if (button)
                        button->setEnabled(true); // for another try
                });
            });
            to->addWidget(load, 0, Qt::AlignLeft);
            continue;
        }
        auto *button = textButton(tr("%1  ·  %2  ·  Save as…").arg(name, words::size(attachment.size)), "flat", this);
        button->setIcon(glyphIcon(Glyph::Attach));
        setPlainTip(
            button,
            tr("%1, saved where you choose and never opened by itself").arg(words::oneLine(attachment.mediaType)));
        connect(button, &QPushButton::clicked, this, [this, attachment] { m_wishes.saveAttachment(attachment); });
        to->addWidget(button, 0, Qt::AlignLeft);
    }
}

void MessageCard::addDelivery(QVBoxLayout *to)
{
    auto *row = new QHBoxLayout;
    m_delivery = plainLabel({}, "small", this, true);
    row->addWidget(m_delivery, 1);
    const auto button = [&](const QString &text, auto wish) {
        auto *made = textButton(text, "flat", this);
        connect(made, &QPushButton::clicked, this, [this, wish] {
            if (m_item.delivery)
                (m_wishes.*wish)(m_item.delivery->id);
        });
        row->addWidget(made);
        return made;
    };
    m_takeBack = button(tr("Take back (Z)"), &CardWishes::takeBack);
    m_retry = button(tr("Try again"), &CardWishes::retry);
    m_settle = button(tr("Settle…"), &CardWishes::settle);
    to->addLayout(row);
    m_clock = new QTimer(this);
    m_clock->setInterval(1000);
    connect(m_clock, &QTimer::timeout, this, &MessageCard::showDelivery);
    showDelivery();
}

void MessageCard::showDelivery()
{
    if (!m_delivery)
        return;
    if (!m_item.delivery) {
        const QString told = fate();
        setPlain(m_delivery, told.isEmpty() ? tr("Sent from elsewhere") : tr("Sent from elsewhere. %1").arg(told));
        for (QPushButton *one : {m_takeBack, m_retry, m_settle})
            one->hide();
        return;
    }
    const Delivery &delivery = *m_item.delivery;
    const Timestamp now = words::now();
    setPlain(m_delivery,
             delivery.state == DeliveryState::Sent && m_item.story.receipt
                 ? fate()
                 : words::deliverySign(delivery.state) + QLatin1Char(' ') + words::deliverySentence(delivery, now));
    setPlainTip(m_delivery, words::deliveryHint(delivery));
    const bool bad = delivery.state == DeliveryState::Failed || delivery.state == DeliveryState::Dead;
    setLook(m_delivery, "role", bad ? "danger" : (delivery.state == DeliveryState::Unknown ? "warning" : "small"));
    m_takeBack->setVisible(delivery.state == DeliveryState::Queued);
    m_takeBack->setText(words::canTakeBack(delivery, now) ? tr("Take back (Z)") : tr("Take back"));
    m_retry->setVisible(bad);
    m_settle->setVisible(delivery.state == DeliveryState::Unknown);
    if (words::canTakeBack(delivery, now))
        m_clock->start();
    else
        m_clock->stop();
}

void MessageCard::update(const TimelineItem &item)
{
    const bool rebuild = item.isEvents() && item.messages.size() != m_item.messages.size();
    m_item = item;
    if (rebuild) {
        qDeleteAll(findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
        delete layout();
        buildEvents();
        return;
    }
    showDelivery();
    showChange();
}

} // namespace patchbay
