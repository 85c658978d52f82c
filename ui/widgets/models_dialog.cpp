#include "ui/widgets/models_dialog.h"

#include "core/store/model_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int modelsLedgerRows = 200;

struct ModelsWords {
    Q_DECLARE_TR_FUNCTIONS(ModelsDialog)
};

QString modelsPurpose(Purpose purpose)
{
    switch (purpose) {
    case Purpose::Classify: return ModelsWords::tr("category");
    case Purpose::Reply: return ModelsWords::tr("reply");
    case Purpose::Summary: return ModelsWords::tr("summary");
    case Purpose::Translation: return ModelsWords::tr("translation");
    }
    return {};
}

QString modelsState(ModelCall::State state)
{
    switch (state) {
    case ModelCall::State::Open: return ModelsWords::tr("… on its way");
    case ModelCall::State::Answered: return ModelsWords::tr("✓ answered");
    case ModelCall::State::Failed: return ModelsWords::tr("✕ refused there");
    case ModelCall::State::Unclear: return ModelsWords::tr("? end unclear");
    case ModelCall::State::NotSent: return ModelsWords::tr("– did not leave");
    }
    return {};
}

/// Deletes what a layout holds.
void modelsClear(QLayout *layout)
{
    while (QLayoutItem *item = layout->takeAt(0)) {
        if (item->layout())
            modelsClear(item->layout());
        delete item->widget();
        delete item;
    }
}

QString modelsMoney(Money amount, const QString &currency)
{
    return QStringLiteral("%1 %2").arg(moneyText(amount), words::oneLine(currency, 8));
}

} // namespace

ModelsDialog::ModelsDialog(const ConsoleContext &context, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_allow(new QCheckBox(tr("Allow remote models: customers' words leave this computer, redacted"), this))
    , m_automatic(new QCheckBox(tr("Also ask by itself when the model on this computer is not sure"), this))
    , m_account(new QComboBox(this))
    , m_budget(new QLineEdit(this))
    , m_currency(new QLineEdit(this))
    , m_save(textButton(tr("Save"), "primary", this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_models(new QVBoxLayout)
    , m_meter(new QGridLayout)
    , m_ledger(new QTableWidget(0, 7, this))
    , m_sent(plainLabel({}, "mono", this, true))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Remote models"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(tr("Remote models"), "title", this));
    layout->addWidget(policyBox());
    layout->addWidget(m_answer);
    layout->addLayout(m_models);
    layout->addLayout(m_meter);
    layout->addWidget(plainLabel(tr("What left, newest first (Enter opens the conversation)"), "heading", this));
    layout->addWidget(m_ledger, 1);
    layout->addWidget(m_sent);
    m_ledger->setHorizontalHeaderLabels(
        {tr("When"), tr("How it ended"), tr("To"), tr("For"), tr("By"), tr("About"), tr("Struck out")});
    m_ledger->setAccessibleName(tr("Ledger of what left for remote models"));
    m_ledger->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_ledger->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_ledger->setSelectionMode(QAbstractItemView::SingleSelection);
    keepEnterInRows(m_ledger);
    m_ledger->verticalHeader()->hide();
    m_ledger->horizontalHeader()->setStretchLastSection(true);
    m_ledger->setMinimumHeight(150);
    m_sent->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sent->setMaximumHeight(150);
    m_sent->hide();
    m_answer->hide();
    connect(m_ledger, &QTableWidget::currentCellChanged, this, &ModelsDialog::showSent);
    connect(m_ledger, &QTableWidget::activated, this, [this](const QModelIndex &index) {
        const size_t row = size_t(index.row());
        if (row >= m_entries.size() || !m_entries[row].call.conversation) // deleted with a person's data
            return;
        Q_EMIT conversationWanted(m_entries[row].call.conversation);
        accept();
    });
    connect(&context.store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (changes.models || changes.everything)
            reload();
    });
    resize(820, 640);
    reload();
}

QWidget *ModelsDialog::policyBox()
{
    auto *box = new QWidget(this);
    auto *rows = new QVBoxLayout(box);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_allow);
    rows->addWidget(m_automatic);
    auto *row = new QHBoxLayout;
    const auto add = [&](const QString &text, QWidget *widget, int width) {
        auto *label = plainLabel(text, "muted", box);
        label->setBuddy(widget);
        widget->setAccessibleName(text);
        if (width > 0)
            widget->setMaximumWidth(width);
        row->addWidget(label);
        row->addWidget(widget);
    };
    add(tr("Model asked"), m_account, 0);
    add(tr("Budget of a month"), m_budget, 110);
    add(tr("in"), m_currency, 70);
    row->addStretch(1);
    row->addWidget(m_save);
    rows->addLayout(row);
    const auto edited = [this] { m_edited = true; };
    connect(m_allow, &QCheckBox::clicked, this, edited);
    connect(m_automatic, &QCheckBox::clicked, this, edited);
    connect(m_account, &QComboBox::activated, this, edited);
    connect(m_budget, &QLineEdit::textEdited, this, edited);
    connect(m_currency, &QLineEdit::textEdited, this, edited);
    connect(m_save, &QPushButton::clicked, this, &ModelsDialog::save);
    box->setEnabled(m_context.modelCommands && !m_context.store.isReadOnly());
    return box;
}

QString ModelsDialog::answer() const { return m_answer->isHidden() ? QString() : m_answer->text(); }

QString ModelsDialog::text() const
{
    QStringList all;
    for (const QLabel *label : findChildren<QLabel *>())
        all << QString(label->text()).remove(QChar(0x200b));
    return all.join(QLatin1Char('\n'));
}

void ModelsDialog::reload()
{
    if (!m_context.modelCommands || std::exchange(m_reading, true))
        return;
    whenDone(this, m_context.store.read([](Database &db) -> Result<Contents> {
        Contents contents;
        contents.models = model_accounts::all(db);
        contents.ledger = model_calls::ledger(db, {}, modelsLedgerRows);
        return db.finish(std::move(contents));
    }),
             [this](const Result<Contents> &read) {
                 whenDone(this, m_context.modelCommands->meter(), [this, read](const Result<ModelMeter> &meter) {
                     m_reading = false;
                     if (!read || !meter) {
                         setPlain(m_answer, QStringLiteral("✕ ") + (read ? meter.error() : read.error()).message);
                         m_answer->show();
                         return;
                     }
                     Contents contents = *read;
                     contents.meter = *meter;
                     show(contents);
                 });
             });
}

void ModelsDialog::show(const Contents &contents)
{
    const ModelPolicy &policy = contents.meter.policy;
    if (!m_edited) {
        m_allow->setChecked(policy.allowed);
        m_automatic->setChecked(policy.automatic);
        m_budget->setText(moneyText(policy.budget));
        m_currency->setText(policy.currency);
        m_account->clear();
        for (const ModelAccount &model : contents.models)
            m_account->addItem(words::oneLine(model.name, 60), model.uid);
        m_account->setCurrentIndex(std::max(0, m_account->findData(policy.account)));
        m_account->setEnabled(m_account->count() > 0);
    }
    showModels(contents);
    showMeter(contents.meter);
    showLedger(contents);
}

void ModelsDialog::showModels(const Contents &contents)
{
    modelsClear(m_models);
    m_models->addWidget(plainLabel(tr("Models"), "heading", this));
    if (contents.models.empty())
        m_models->addWidget(plainLabel(tr("None is set up. One may run on this computer or in your own network."),
                                       "muted", this, true));
    for (const ModelAccount &model : contents.models) {
        auto *row = new QHBoxLayout;
        const std::optional<Error> problem = m_context.models->problem(model.id);
        const bool bad = problem || model.health == Health::Failed || model.health == Health::Offline;
        const QString detail = problem ? problem->message : model.healthDetail;
        const QString name = words::oneLine(model.name, 60);
        row->addWidget(plainLabel(name, "", this));
        row->addWidget(
            plainLabel(bad ? QStringLiteral("⚠ ") + words::oneLine(detail, 300) : words::health(model.health),
                       bad ? "danger" : "muted", this, true),
            1);
        auto *change = textButton(tr("Settings…"), "flat", this);
        change->setAccessibleName(tr("Settings of %1").arg(name));
        connect(change, &QPushButton::clicked, this, [this, model] { Q_EMIT changeWanted(model); });
        row->addWidget(change);
        m_models->addLayout(row);
    }
    auto *add = textButton(tr("Add model…"), "normal", this);
    auto *batches = textButton(tr("Ask in batches…"), "normal", this);
    connect(add, &QPushButton::clicked, this, &ModelsDialog::addWanted);
    connect(batches, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT batchesWanted();
    });
    auto *row = new QHBoxLayout;
    row->addWidget(add);
    row->addWidget(batches);
    row->addStretch(1);
    m_models->addLayout(row);
}

void ModelsDialog::showMeter(const ModelMeter &meter)
{
    modelsClear(m_meter);
    const QString currency = meter.policy.currency;
    const QString month = QLocale().toString(meter.month.toDateTime().date(), QStringLiteral("MMMM yyyy"));
    m_meter->addWidget(
        plainLabel(tr("%1: %2 of %3 spent or held")
                       .arg(month, modelsMoney(meter.committed, currency), modelsMoney(meter.policy.budget, currency)),
                   "heading", this),
        0, 0, 1, 5);
    int row = 1;
    for (const model_calls::Usage &usage : meter.usage) {
        int column = 0;
        for (const QString &text :
             {words::oneLine(usage.modelName, 40), modelsPurpose(usage.purpose),
              tr("%n call(s)", nullptr, int(usage.calls)),
              tr("%1 tokens asked, %2 answered")
                  .arg(QLocale().toString(usage.inputTokens), QLocale().toString(usage.outputTokens)),
              modelsMoney(usage.spent, currency)})
            m_meter->addWidget(plainLabel(text, "small", this), row, column++);
        ++row;
    }
    if (meter.usage.empty())
        m_meter->addWidget(plainLabel(tr("Nothing was asked this month."), "muted", this), row, 0, 1, 5);
}

void ModelsDialog::showLedger(const Contents &contents)
{
    m_entries = contents.ledger;
    m_ledger->setRowCount(int(m_entries.size()));
    for (int row = 0; row < int(m_entries.size()); ++row) {
        const model_calls::Entry &entry = m_entries[size_t(row)];
        const ModelCall &call = entry.call;
        const QStringList cells{words::shortTime(call.startedAt, words::now()),
                                modelsState(call.state),
                                tr("%1 at %2").arg(words::oneLine(entry.modelName, 40), words::oneLine(call.host, 60)),
                                modelsPurpose(call.purpose),
                                words::oneLine(entry.operatorName, 40),
                                entry.conversationUid.isEmpty() ? tr("(deleted)")
                                                                : words::oneLine(entry.contactName, 40),
                                QString::number(call.redactions)};
        for (int column = 0; column < int(cells.size()); ++column)
            m_ledger->setItem(row, column, new QTableWidgetItem(cells[column]));
    }
    m_ledger->resizeColumnsToContents();
    showSent();
}

void ModelsDialog::showSent()
{
    const int row = m_ledger->currentRow();
    const bool any = row >= 0 && row < int(m_entries.size());
    m_sent->setVisible(any);
    if (!any)
        return;
    const QString text = m_entries[size_t(row)].call.text;
    setPlain(m_sent, text.isEmpty() ? tr("The words of this one were deleted.") : text.left(2000));
}

void ModelsDialog::save()
{
    const std::optional<Money> budget = moneyFrom(m_budget->text());
    const auto say = [this](const QString &sentence, const char *look) {
        setPlain(m_answer, sentence);
        setLook(m_answer, "role", look);
        m_answer->show();
    };
    if (!budget)
        return say(tr("⚠ The budget is an amount such as 20 or 7.50."), "danger");
    ModelPolicy policy;
    policy.allowed = m_allow->isChecked();
    policy.automatic = m_automatic->isChecked();
    policy.account = m_account->currentData().toString();
    policy.budget = *budget;
    policy.currency = m_currency->text().trimmed();
    whenDone(this, m_context.modelCommands->setPolicy(policy), [this, say](const Result<Done> &saved) {
        if (!saved)
            return say(QStringLiteral("✕ ") + saved.error().message, "danger");
        m_edited = false;
        say(tr("✓ Saved for everybody in this workspace."), "good");
        reload();
    });
}

} // namespace patchbay
