#include "ui/widgets/categories_page.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/state_page.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay {

CategoriesPage::CategoriesPage(const ConsoleContext &context, const ActionRegistry &actions, QWidget *parent)
    : TablePage(tr("Categories"),
                tr("What conversations are about: the classifier, rules, routes and searches name them."), parent)
    , m_context(context)
    , m_actions(actions)
    , m_model(new CategoryListModel(context.store, this))
    , m_doing(plainLabel({}, "muted", this))
{
    setTable(m_model, {170, 260, 80, 90, 110, 80, 150}, CategoryListModel::Description);
    tools()->setSpacing(6);
    tools()->addWidget(m_doing);
    m_doing->hide();
    addButton(tools(), "category.add", "primary");
    addButton(tools(), "category.new_pack", "normal");
    addButton(tools(), "category.export_pack", "normal");
    connect(m_model, &CategoryListModel::loaded, this, [this] {
        state()->show(Glyph::All, tr("No category yet"), tr("A domain pack brings some, or add one."));
        showTable(m_model->rowCount(), m_model->rowCount());
        currentRowChanged();
        if (m_context.taxonomy && !m_context.taxonomy->isRunning())
            m_doing->hide();
    });
    connect(m_model, &CategoryListModel::failed, this, [this](const QString &why) {
        state()->show(Glyph::Warning, tr("The categories could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        showTable(0, 0);
    });
    if (m_context.taxonomy) {
        connect(m_context.taxonomy, &TaxonomyDesk::progressed, this, [this](const TaxonomyMoved &moved) {
            setPlain(m_doing, tr("History follows: conversations %1").arg(QLocale().toString(moved.conversations)));
            m_doing->show();
        });
    }
    state()->show(Glyph::All, tr("Loading…"), {});
    showTable(0, 0);
    m_model->reload();
}

bool CategoriesPage::isReadOnly() const { return !m_context.taxonomy || m_context.store.isReadOnly(); }

const Category *CategoriesPage::current() const
{
    const CategoryRow *row = m_model->at(currentRow());
    return row ? &row->category : nullptr;
}

void CategoriesPage::selectNamed(const QString &name)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->at(row)->category.name == name)
            table()->selectRow(row);
    }
}

void CategoriesPage::showEvent(QShowEvent *event)
{
    TablePage::showEvent(event);
    m_model->follow(true);
}

void CategoriesPage::hideEvent(QHideEvent *event)
{
    TablePage::hideEvent(event);
    m_model->follow(false);
}

void CategoriesPage::addButton(QBoxLayout *to, const char *action, const char *kind)
{
    const QString id = QLatin1String(action);
    const ConsoleAction *known = m_actions.byId(id);
    if (!known)
        return;
    auto *button = textButton(known->title, kind, this);
    button->setObjectName(id);
    setPlainTip(button, m_actions.titleWithKey(id));
    button->setEnabled(patchbay::isEnabled(*known));
    connect(button, &QPushButton::clicked, this, [this, id] { m_actions.trigger(id); });
    to->addWidget(button);
}

void CategoriesPage::currentRowChanged()
{
    clearDetails();
    const CategoryRow *row = m_model->at(currentRow());
    if (!row)
        return;
    const Category &category = row->category;
    details()->addWidget(plainLabel(words::oneLine(category.name), "heading", this, true));
    details()->addWidget(plainLabel(words::oneLine(category.description, 600), "body", this, true));
    if (category.isRetired())
        details()->addWidget(
            plainLabel(tr("Retired %1. It stays for what it named, and is no longer suggested, learned "
                          "or offered.")
                           .arg(words::fullTime(category.retiredAt)),
                       "warning", this, true));
    if (isReadOnly())
        details()->addWidget(plainLabel(tr("This workspace is open for reading only: nothing can be changed here."),
                                        "warning", this, true));
    auto *buttons = new QHBoxLayout;
    addButton(buttons, "category.edit", "normal");
    if (!category.isUnsorted) {
        addButton(buttons, "category.merge", "normal");
        addButton(buttons, "category.split", "normal");
        addButton(buttons, category.isRetired() ? "category.bring_back" : "category.retire", "normal");
    }
    buttons->addStretch(1);
    details()->addLayout(buttons);
    if (!category.keywords.isEmpty()) {
        details()->addWidget(plainLabel(tr("Key words"), "section", this));
        details()->addWidget(
            plainLabel(words::oneLine(category.keywords.join(QStringLiteral(", ")), 6000), "muted", this, true));
    }
    details()->addStretch(1);
}

} // namespace patchbay
