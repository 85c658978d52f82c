#include "ui/widgets/accounts_dialog.h"

#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"
#include "ui/widgets/state_page.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

AccountsDialog::AccountsDialog(const ConsoleContext &context, Words words, Glyph glyph, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_table(new QTableView(this))
    , m_add(textButton(words.add, "normal", this))
    , m_words(std::move(words))
    , m_glyph(glyph)
    , m_state(new StatePage(this))
    , m_stack(new QStackedWidget(this))
    , m_details(plainLabel({}, "muted", this, true))
    , m_answer(plainLabel({}, "muted", this, true))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(m_words.title);
    const QSize room = parent ? parent->window()->size() - QSize(24, 24) : QSize(1280, 560);
    resize(QSize(1280, 560).boundedTo(room));
}

void AccountsDialog::build(QAbstractItemModel *model, const QList<int> &widths, int stretch,
                           const QList<QPushButton *> &buttons)
{
    setUpRowTable(m_table, m_words.title, model, widths, stretch);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_state);
    auto *close = textButton(tr("Close"), "normal", this);
    auto *row = new QHBoxLayout;
    row->addWidget(m_add);
    for (QPushButton *button : buttons)
        row->addWidget(button);
    row->addStretch(1);
    row->addWidget(close);
    QList<QPushButton *> all = buttons;
    all << m_add << close;
    for (QPushButton *button : std::as_const(all))
        button->setAutoDefault(false); // Enter in the table is Settings
    m_add->setEnabled(canChange());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(m_words.title, "title", this));
    layout->addWidget(plainLabel(m_words.intro, "muted", this, true));
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_details);
    layout->addWidget(m_answer);
    layout->addLayout(row);
    m_details->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setMinimumHeight(4 * m_details->fontMetrics().lineSpacing()); // what is above does not jump
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // Queued: the Enter that opens the settings goes on to this dialog, which would press their Save at once.
    connect(
        m_table, &QTableView::activated, this, [this] { editWanted(); }, Qt::QueuedConnection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { chosenChanged(); });
    connect(model, &QAbstractItemModel::dataChanged, this, [this] { chosenChanged(); });
    connect(m_add, &QPushButton::clicked, this, [this] { addWanted(); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    m_state->show(m_glyph, m_words.reading, {});
    m_stack->setCurrentWidget(m_state);
}

bool AccountsDialog::canChange() const { return !m_context.store.isReadOnly(); }

QString AccountsDialog::details() const { return m_details->text().remove(QChar(0x200b)); }

QString AccountsDialog::answer() const { return m_answer->text().remove(QChar(0x200b)); }

void AccountsDialog::tell(const QStringList &details) { setPlain(m_details, details.join(QLatin1Char('\n'))); }

void AccountsDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void AccountsDialog::choose(int row)
{
    if (row >= 0)
        m_table->selectRow(row);
}

void AccountsDialog::loaded()
{
    const bool any = m_table->model()->rowCount() > 0;
    const bool wasShown = m_stack->currentWidget() == m_table;
    if (!any)
        m_state->show(m_glyph, canChange() ? tr("%1: add one").arg(m_words.none) : m_words.none, m_words.noneDetail,
                      canChange() ? m_words.add : QString(), [this] { addWanted(); });
    m_stack->setCurrentWidget(any ? static_cast<QWidget *>(m_table) : m_state);
    if (any && !m_table->currentIndex().isValid())
        choose(std::max(0, firstRow()));
    if (const int added = m_wanted.isEmpty() ? -1 : rowNamed(m_wanted); added >= 0) {
        m_wanted.clear();
        choose(added);
    }
    if (any && !wasShown)
        m_table->setFocus();
    chosenChanged();
}

void AccountsDialog::failed(const QString &why)
{
    m_state->show(Glyph::Warning, m_words.unreadable, words::oneLine(why, 400), tr("Try again"), [this] { reload(); });
    m_stack->setCurrentWidget(m_state);
}

AccountDialog *AccountsDialog::openAccount(AccountDialog *dialog, const QString &done)
{
    connect(dialog, &AccountDialog::saved, this, [this, done](const QString &name) {
        say(done.arg(words::oneLine(name, 80)), "good");
        reload();
    });
    connect(dialog, &AccountDialog::failed, this,
            [this](const QString &why) { say(QStringLiteral("⚠ ") + why, "danger"); });
    dialog->open();
    return dialog;
}

} // namespace patchbay
