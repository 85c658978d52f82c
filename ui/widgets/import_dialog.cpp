#include "ui/widgets/import_dialog.h"

#include "core/store/account_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_form.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtCore/QFileInfo>
#include <QtCore/QThreadPool>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace patchbay {

namespace {

constexpr int importFilesNamed = 3;
constexpr int importCellChars = 120;

/// Runs `work` on a thread that may block, and answers in the context's.
template <class T, class Work, class F> void importInWorker(QObject *context, Work work, F answered)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    whenDone(context, promise->future(), std::move(answered));
    QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
        promise->addResult(Result<T>(work()));
        promise->finish();
    });
}

} // namespace

QString importFieldName(const QString &field)
{
    static const QHash<QString, const char *> names{
        {QStringLiteral("text"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Text")},
        {QStringLiteral("time"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Time")},
        {QStringLiteral("name"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Author's name")},
        {QStringLiteral("address"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Author's address")},
        {QStringLiteral("direction"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Direction")},
        {QStringLiteral("thread"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Conversation")},
        {QStringLiteral("subject"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Subject")},
        {QStringLiteral("id"), QT_TRANSLATE_NOOP("patchbay::ImportDialog", "Id of the message")}};
    return names.contains(field) ? ImportDialog::tr(names.value(field)) : field;
}

ImportDialog::ImportDialog(const ConsoleContext &context, const QStringList &paths, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_paths(paths)
    , m_formats(new QComboBox(this))
    , m_channels(new QComboBox(this))
    , m_place(new QVBoxLayout)
    , m_asNew(new QCheckBox(tr("These are new: let them arrive open and unread, with suggestions"), this))
    , m_notice(plainLabel({}, "muted", this, true))
    , m_import(textButton(tr("Import"), "primary", this))
{
    setWindowTitle(tr("Import files"));
    setMinimumWidth(600);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    QStringList names;
    for (const QString &path : m_paths.mid(0, importFilesNamed))
        names << words::oneLine(QFileInfo(path).fileName(), 80);
    if (m_paths.size() > importFilesNamed)
        names << tr("%n more", nullptr, int(m_paths.size()) - importFilesNamed);
    layout->addWidget(plainLabel(tr("Import %1").arg(names.join(QStringLiteral(", "))), "title", this, true));
    layout->addWidget(top());
    layout->addLayout(m_place);
    layout->addStretch(1);
    layout->addWidget(m_asNew);
    layout->addWidget(m_notice);
    auto *buttons = new QHBoxLayout;
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_import);
    layout->addLayout(buttons);
    m_import->setDefault(true);
    m_import->setEnabled(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::send);
    connect(m_formats, &QComboBox::currentIndexChanged, this, &ImportDialog::showFormat);
    offerChannels();
    recognise();
}

/// Format and channel, which every import has.
QWidget *ImportDialog::top()
{
    auto *holder = new QWidget(this);
    auto *rows = new QFormLayout(holder);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setHorizontalSpacing(14);
    rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_formats->addItem(tr("Each file by its own"), QString());
    if (const ChatConnectorInfo *info = connector()) {
        for (const ImportFormat &one : info->formats)
            m_formats->addItem(one.title, one.id);
    }
    m_channels->setEditable(true);
    m_channels->setInsertPolicy(QComboBox::NoInsert);
    m_channels->setEditText(tr("Imported files"));
    const std::pair<QString, QComboBox *> boxes[] = {{tr("Format"), m_formats}, {tr("Into the channel"), m_channels}};
    for (const auto &[text, box] : boxes) {
        auto *label = plainLabel(text, "", this);
        label->setBuddy(box);
        box->setAccessibleName(text);
        rows->addRow(label, box);
    }
    rows->addRow(
        new QWidget(this),
        plainLabel(tr("A new name makes a new channel. What is here already is not doubled."), "small", this, true));
    return holder;
}

const ChatConnectorInfo *ImportDialog::connector() const { return m_context.catalog.chat(QStringLiteral("file")); }

const ImportFormat *ImportDialog::format() const
{
    const ChatConnectorInfo *info = connector();
    const QString id = m_formats->currentData().toString();
    for (size_t i = 0; info && i < info->formats.size(); ++i) {
        if (info->formats[i].id == id)
            return &info->formats[i];
    }
    return nullptr;
}

QString ImportDialog::notice() const { return m_notice->isHidden() ? QString() : m_notice->text(); }

void ImportDialog::say(const QString &sentence, const char *role)
{
    setPlain(m_notice, sentence);
    setLook(m_notice, "role", role);
    m_notice->setVisible(!sentence.isEmpty());
}

void ImportDialog::offerChannels()
{
    auto look = [](Database &db) -> Result<std::vector<Channel>> { return db.finish(channels::all(db)); };
    whenDone(this, m_context.store.read(std::move(look)), [this](const Result<std::vector<Channel>> &all) {
        if (!all)
            return say(all.error().message, "danger");
        const QString typed = m_channels->currentText();
        for (const Channel &channel : *all) {
            if (channel.connector == QStringLiteral("file"))
                m_channels->addItem(words::oneLine(channel.name));
        }
        m_channels->setEditText(typed);
    });
}

/// By the first file; where the files differ, each is read by its own format.
void ImportDialog::recognise()
{
    const ChatConnectorInfo *info = connector();
    if (!info)
        return say(tr("This version can import no files."), "danger");
    say(tr("Looking at the files…"), "muted");
    auto look = [info, paths = m_paths]() -> Result<QStringList> {
        QStringList ids;
        for (const QString &path : paths) {
            const ImportFormat *found = recognisedFormat(*info, path);
            ids << (found ? found->id : QString());
        }
        return ids;
    };
    importInWorker<QStringList>(this, std::move(look), [this](const Result<QStringList> &ids) {
        if (!ids)
            return say(ids.error().message, "danger");
        m_import->setEnabled(true);
        say({}, "muted");
        const qsizetype unknown = ids->indexOf(QString());
        const bool same = ids->count(ids->value(0)) == ids->size();
        if (unknown >= 0)
            say(tr("⚠ The format of “%1” is not recognised. Choose it, if you know it.")
                    .arg(words::oneLine(QFileInfo(m_paths.value(unknown)).fileName(), 80)),
                "warning");
        else if (same)
            m_formats->setCurrentIndex(qMax(0, m_formats->findData(ids->value(0))));
        (m_formats->currentIndex() == 0 ? m_formats : m_channels)->setFocus();
    });
}

void ImportDialog::showFormat()
{
    delete std::exchange(m_form, nullptr);
    delete std::exchange(m_table, nullptr);
    m_columns.clear();
    m_rows = nullptr;
    ++m_look;
    const ImportFormat *chosen = format();
    say({}, "muted");
    m_import->setEnabled(true);
    if (!chosen)
        return;
    if (!chosen->form.empty()) {
        m_form = new AccountForm(chosen->form, {}, this);
        m_form->hideName();
        m_place->addWidget(m_form);
        if (chosen->preview)
            connect(m_form, &AccountForm::edited, this, &ImportDialog::lookAtTable);
    }
    if (chosen->preview)
        lookAtTable();
    QWidget::setTabOrder(m_channels, m_form ? static_cast<QWidget *>(m_form) : m_asNew);
    adjustSize();
}

QJsonObject ImportDialog::settings() const
{
    QJsonObject settings = m_form ? m_form->settings() : QJsonObject();
    QJsonObject columns;
    for (auto box = m_columns.begin(); box != m_columns.end(); ++box) {
        if (box.value()->currentIndex() > 0)
            columns.insert(box.key(), QString::number(box.value()->currentIndex())); // by number: names may be twice
    }
    if (!columns.isEmpty())
        settings.insert(QStringLiteral("columns"), columns);
    if (m_asNew->isChecked())
        settings.insert(QStringLiteral("as_new"), true);
    return settings;
}

void ImportDialog::lookAtTable()
{
    const ImportFormat *chosen = format();
    const ImportSource source{m_paths.value(0), m_form ? m_form->settings() : QJsonObject()};
    auto read = [preview = chosen->preview, source] { return preview(source); };
    importInWorker<ImportPreview>(this, std::move(read), [this, look = ++m_look](const Result<ImportPreview> &preview) {
        if (look != m_look)
            return;
        m_import->setEnabled(preview.ok());
        say(preview.ok() ? QString() : preview.error().message, "danger");
        if (preview)
            showTable(*preview);
    });
}

void ImportDialog::showTable(const ImportPreview &preview)
{
    QHash<QString, QString> columns = preview.columns;
    for (auto box = m_columns.constBegin(); box != m_columns.constEnd(); ++box)
        columns.insert(box.key(), box.value()->currentText()); // what was chosen before the form changed
    m_columns.clear();
    delete std::exchange(m_table, nullptr);
    m_table = new QWidget(this);
    auto *layout = new QVBoxLayout(m_table);
    layout->setContentsMargins(0, 0, 0, 0);
    m_mapping = new QFormLayout;
    m_mapping->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_mapping->setHorizontalSpacing(14);
    layout->addWidget(plainLabel(tr("Which column is what"), "section", m_table));
    layout->addLayout(m_mapping);
    for (const QString &field : format()->columns) {
        auto *box = new QComboBox(m_table);
        box->addItem(tr("– none –"));
        for (const QString &name : preview.header)
            box->addItem(words::oneLine(name, 60));
        const QString wanted = words::oneLine(columns.value(field), 60);
        box->setCurrentIndex(wanted.isEmpty() ? 0 : qMax(0, box->findText(wanted)));
        box->setAccessibleName(tr("Column: %1").arg(importFieldName(field)));
        box->setObjectName(QStringLiteral("column.") + field);
        auto *label = plainLabel(importFieldName(field), "", m_table);
        label->setBuddy(box);
        m_mapping->addRow(label, box);
        m_columns.insert(field, box);
    }
    m_rows = new QTableWidget(int(preview.rows.size()), int(preview.header.size()), m_table);
    m_rows->setAccessibleName(tr("The first rows"));
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->setTabKeyNavigation(false);
    keepEnterInRows(m_rows);
    m_rows->verticalHeader()->hide();
    QStringList names;
    for (const QString &name : preview.header)
        names << words::oneLine(name, 60);
    m_rows->setHorizontalHeaderLabels(names);
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const QStringList &cells = preview.rows[size_t(row)];
        for (int i = 0; i < cells.size() && i < m_rows->columnCount(); ++i)
            m_rows->setItem(row, i, new QTableWidgetItem(words::oneLine(cells.at(i), importCellChars)));
    }
    m_rows->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_rows->horizontalHeader()->setStretchLastSection(true);
    m_rows->setMinimumHeight(150);
    layout->addWidget(plainLabel(tr("The first rows"), "section", m_table));
    layout->addWidget(m_rows);
    m_place->addWidget(m_table);
    adjustSize();
}

void ImportDialog::send()
{
    const QString channel = m_channels->currentText().trimmed();
    if (channel.isEmpty())
        return say(tr("⚠ Say into which channel."), "danger");
    if (QComboBox *text = column(QStringLiteral("text")); text && text->currentIndex() == 0) {
        text->setFocus();
        return say(tr("⚠ Say which column holds the text."), "danger");
    }
    ImportRequest request;
    request.paths = m_paths;
    request.format = m_formats->currentData().toString();
    request.settings = settings();
    Q_EMIT wanted(channel, request);
    accept();
}

} // namespace patchbay
