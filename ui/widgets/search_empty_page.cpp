#include "ui/widgets/search_empty_page.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr size_t emptyMostOffers = 5;
constexpr int emptyMostOfTerm = 40;

} // namespace

SearchEmptyPage::SearchEmptyPage(QWidget *parent)
    : QWidget(parent)
    , m_coverage(plainLabel({}, "muted", this, true))
    , m_hint(plainLabel(tr("Ask for less:"), "section", this))
    , m_offers(new QVBoxLayout)
{
    m_hint->hide();
    auto *title = plainLabel(tr("Nothing found"), "title", this, true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 28, 20, 20);
    layout->setSpacing(10);
    layout->addWidget(title);
    layout->addWidget(m_coverage);
    layout->addSpacing(6);
    layout->addWidget(m_hint);
    m_offers->setSpacing(6);
    layout->addLayout(m_offers);
    layout->addStretch(1);
}

void SearchEmptyPage::show(const QString &coverage, const std::vector<Relaxation> &offers)
{
    setPlain(m_coverage, coverage);
    m_coverage->setVisible(!coverage.isEmpty());
    QStringList wanted;
    for (const Relaxation &offer : offers)
        wanted << offer.text;
    if (wanted == m_shown)
        return; // the button that has the focus stays
    m_shown = wanted;
    while (QLayoutItem *item = m_offers->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    for (size_t i = 0; i < std::min(offers.size(), emptyMostOffers); ++i) {
        const Relaxation &offer = offers[i];
        const QString term = words::oneLine(offer.without, emptyMostOfTerm);
        auto *button = textButton(offer.kind == Relaxation::Kind::LastWord ? tr("Without the word “%1”").arg(term)
                                                                           : tr("Without the filter “%1”").arg(term),
                                  "normal", this);
        connect(button, &QPushButton::clicked, this, [this, text = offer.text] { Q_EMIT chosen(text); });
        m_offers->addWidget(button);
    }
    m_hint->setVisible(!offers.empty());
}

} // namespace patchbay
