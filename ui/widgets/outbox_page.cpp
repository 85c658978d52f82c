#include "ui/widgets/outbox_page.h"

#include "ui/models/body_document.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/state_page.h"

#include <QtCore/QJsonDocument>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay {

OutboxPage::OutboxPage(Triage &triage, const ActionRegistry &actions, QWidget *parent)
    : TablePage(tr("Outbox"),
                tr("Every reply and task on its way out. Nothing is sent twice; what nobody knows is asked."), parent)
    , m_triage(triage)
    , m_actions(actions)
    , m_model(new OutboxModel(triage.context().store, this))
{
    setTable(m_model, {130, 260, 240, 80, 90, 200}, OutboxModel::Words);
    const std::pair<QString, deliveries::Filter> filters[] = {{tr("Open"), deliveries::Filter::Open},
                                                              {tr("Problems"), deliveries::Filter::Problems},
                                                              {tr("All"), deliveries::Filter::All}};
    QList<QPushButton *> tabs;
    for (const auto &[text, filter] : filters) {
        auto *tab = textButton(text, "tab", this);
        tab->setCheckable(true);
        tab->setAutoExclusive(true);
        tab->setChecked(filter == m_model->filter());
        connect(tab, &QPushButton::clicked, this, [this, filter = filter] { m_model->setFilter(filter); });
        tools()->addWidget(tab);
    }
    connect(m_model, &OutboxModel::loaded, this, [this] {
        const bool problems = m_model->filter() == deliveries::Filter::Problems;
        state()->show(Glyph::Done, problems ? tr("No problems") : tr("Nothing waits"),
                      problems ? tr("Nothing failed and nothing is uncertain.")
                               : tr("Everything that was to go out has gone out."));
        showTable(m_model->rowCount(), m_model->total());
        currentRowChanged();
    });
    connect(m_model, &OutboxModel::failed, this, [this](const QString &why) {
        state()->show(Glyph::Warning, tr("The Outbox could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        showTable(0, 0);
    });
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this] {
        const deliveries::Entry *entry = current();
        if (m_sentence && entry)
            setPlain(m_sentence, words::deliverySentence(entry->delivery, words::now()));
    });
    m_model->reload();
}

void OutboxPage::addHistory(const deliveries::Entry &entry)
{
    const Delivery &delivery = entry.delivery;
    QStringList lines{tr("Made %1 by %2").arg(words::fullTime(delivery.createdAt), words::oneLine(entry.operatorName)),
                      tr("Key %1").arg(words::oneLine(delivery.key))};
    if (delivery.attemptStartedAt)
        lines << tr("Attempt %1 began %2").arg(delivery.attempts).arg(words::fullTime(delivery.attemptStartedAt));
    if (delivery.effectStartedAt)
        lines << tr("The step that cannot be taken back began %1").arg(words::fullTime(delivery.effectStartedAt));
    if (delivery.everAmbiguous)
        lines << tr("It may have arrived, so it is looked up before any repeat");
    if (!delivery.externalId.isEmpty())
        lines << tr("Their id: %1").arg(words::oneLine(delivery.externalId));
    else if (const QString hint = words::deliveryHint(delivery); !hint.isEmpty())
        lines << tr("Their id: none. %1").arg(hint);
    if (!delivery.response.isEmpty())
        lines << tr("Their answer: %1").arg(words::oneLine(delivery.response, 400));
    if (!delivery.notice().isEmpty())
        lines << tr("Did not go along: %1").arg(words::oneLine(delivery.notice(), 400));
    else if (!delivery.lastError.isEmpty())
        lines << tr("Last error: %1").arg(words::oneLine(delivery.lastError, 400));
    if (delivery.settledAt)
        lines << tr("Settled %1").arg(words::fullTime(delivery.settledAt));
    auto *label = plainLabel(lines.join(QLatin1Char('\n')), "muted", this, true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    details()->addWidget(label);
}

void OutboxPage::currentRowChanged()
{
    clearDetails();
    const deliveries::Entry *entry = current();
    if (!entry)
        return;
    const Delivery &delivery = entry->delivery;
    const bool bad = delivery.state == DeliveryState::Failed || delivery.state == DeliveryState::Dead;
    details()->addWidget(plainLabel(words::oneLine(entry->title), "heading", this, true));
    m_sentence = plainLabel(words::deliverySentence(delivery, words::now()),
                            bad                                                                            ? "danger"
                                : delivery.state == DeliveryState::Unknown || !delivery.notice().isEmpty() ? "warning"
                                                                                                           : "muted",
                            this, true);
    details()->addWidget(m_sentence);
    auto *row = new QHBoxLayout;
    const auto action = [&](const char *id, bool possible) {
        if (!possible)
            return;
        const QString actionId = QLatin1String(id);
        auto *button = textButton(m_actions.titleWithKey(actionId), "normal", this);
        connect(button, &QPushButton::clicked, this, [this, actionId] { m_actions.trigger(actionId); });
        row->addWidget(button);
    };
    action("outbox.retry", bad || (delivery.isRestored() && delivery.kind == DeliveryKind::Task));
    action("outbox.settle", delivery.state == DeliveryState::Unknown);
    action("outbox.cancel", delivery.state == DeliveryState::Queued || bad);
    auto *open = textButton(tr("Open conversation"), "normal", this);
    connect(open, &QPushButton::clicked, this, [this, id = delivery.conversation] { Q_EMIT conversationWanted(id); });
    row->addWidget(open);
    row->addStretch(1);
    details()->addLayout(row);
    addHistory(*entry);
    auto *payload = new QPlainTextEdit(this);
    payload->setReadOnly(true);
    payload->setProperty("mode", QStringLiteral("source"));
    payload->setAccessibleName(tr("Frozen content"));
    payload->setPlainText(QString::fromUtf8(QJsonDocument(delivery.payload).toJson()));
    payload->setMinimumHeight(120);
    details()->addWidget(plainLabel(tr("FROZEN WHEN IT WAS ACCEPTED"), "section", this));
    details()->addWidget(payload, 1);
}

void OutboxPage::retry()
{
    if (const deliveries::Entry *entry = current())
        m_triage.retryDelivery(entry->delivery.id);
}

void OutboxPage::settle()
{
    const deliveries::Entry *entry = current();
    if (!entry)
        return;
    if (entry->delivery.state != DeliveryState::Unknown) {
        Q_EMIT m_triage.failed(
            tr("Only what is unknown needs to be settled. This one: %1.").arg(words::deliveryState(entry->delivery)));
        return;
    }
    askSettle(window(), m_triage, entry->delivery.id, entry->title);
}

void OutboxPage::askSettle(QWidget *window, Triage &triage, DeliveryId id, const QString &what)
{
    askChoice(window, tr("Did it arrive?"),
              tr("“%1”\n\nLook over there first. What you choose is done at once: nothing more is sent when it was "
                 "sent; when "
                 "it was not, it is sent again or given up.")
                  .arg(words::oneLine(what)),
              {tr("It was sent"), tr("It was not: send it again"), tr("It was not: give it up")},
              [&triage, id](int answer) {
                  constexpr Settlement settlements[] = {Settlement::Sent, Settlement::SendAgain, Settlement::GiveUp};
                  triage.settleDelivery(id, settlements[answer]);
              });
}

void OutboxPage::cancel()
{
    const deliveries::Entry *entry = current();
    if (!entry)
        return;
    const DeliveryId id = entry->delivery.id;
    const DeliveryState state = entry->delivery.state;
    const bool surelyNotSent = state == DeliveryState::Failed && !entry->delivery.everAmbiguous;
    const bool possible = surelyNotSent || state == DeliveryState::Queued || state == DeliveryState::Dead;
    if (!possible || words::canTakeBack(entry->delivery, words::now())) {
        m_triage.cancelDelivery(id); // what cannot be taken back is refused with the reason
        return;
    }
    ask(window(), tr("Do not send it?"), tr("“%1” will not be sent.").arg(words::oneLine(entry->title)),
        tr("Do not send"), [this, id] { m_triage.cancelDelivery(id); });
}

void OutboxPage::showDetails()
{
    detailsWidget()->setFocus();
    for (QPlainTextEdit *payload : detailsWidget()->findChildren<QPlainTextEdit *>())
        payload->setFocus();
}

} // namespace patchbay
