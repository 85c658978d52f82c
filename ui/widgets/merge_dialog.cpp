#include "ui/widgets/merge_dialog.h"

#include "ui/models/category_list_model.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

MergeDialog::MergeDialog(TaxonomyDesk &desk, const Category &category, const Taxonomy &others, QWidget *parent)
    : TaxonomyDialog(tr("Merge %1 into another category").arg(words::oneLine(category.name, 60)),
                     tr("All of its history goes over, and its name is free again. This cannot be taken back."),
                     tr("Merge"), parent)
    , m_desk(desk)
    , m_category(category)
    , m_into(new QComboBox(this))
    , m_preview(readOnlyText(tr("What would follow")))
{
    m_into->setAccessibleName(tr("Into"));
    for (const Category &other : others)
        m_into->addItem(words::oneLine(other.name, 60), other.id.value);
    form()->addWidget(formLabel(tr("Into"), m_into));
    form()->addWidget(m_into);
    form()->addWidget(formLabel(tr("What would follow"), m_preview));
    form()->addWidget(m_preview, 1);
    offerTrial();
    setTabOrder(m_preview, tryButton());
    setTabOrder(tryButton(), goButton());
    connect(m_into, &QComboBox::currentIndexChanged, this, &MergeDialog::look);
    look();
}

void MergeDialog::look()
{
    const quint64 asked = ++m_asked;
    goButton()->setEnabled(false);
    if (m_into->count() == 0) {
        m_preview->setPlainText(tr("There is no other category to merge it into."));
        return;
    }
    m_preview->setPlainText(tr("Looking…"));
    whenDone(this, m_desk.previewMerge(m_category.id, {m_into->currentData().toLongLong()}),
             [this, asked](const Result<MergePreview> &preview) {
                 if (asked != m_asked)
                     return;
                 goButton()->setEnabled(preview.ok() && !isBusy());
                 complain(preview ? QString() : preview.error().message);
                 if (!preview)
                     return m_preview->clear();
                 m_preview->setPlainText(tr("Conversations: %1\nLessons: %2\n%3")
                                             .arg(QLocale().toString(preview->counts.conversations),
                                                  QLocale().toString(preview->counts.lessons),
                                                  namedByText(preview->named))
                                             .trimmed());
             });
}

std::optional<TaxonomyDraft> MergeDialog::draft() const
{
    if (m_into->count() == 0)
        return std::nullopt;
    TaxonomyDraft draft;
    draft.kind = TaxonomyDraft::Kind::Merge;
    draft.category = m_category.id;
    draft.into = {m_into->currentData().toLongLong()};
    return draft;
}

void MergeDialog::go()
{
    const QString name = words::oneLine(m_category.name, 60);
    finish(m_desk.merge(m_category.id, m_category.version, {m_into->currentData().toLongLong()}),
           [name, into = m_into->currentText()](const TaxonomyMoved &moved) {
               return tr("%1 is merged into %2; conversations: %3")
                   .arg(name, into, QLocale().toString(moved.conversations));
           });
}

} // namespace patchbay
