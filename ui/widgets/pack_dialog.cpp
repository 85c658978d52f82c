#include "ui/widgets/pack_dialog.h"

#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QPromise>
#include <QtCore/QThreadPool>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr qint64 packDialogBytes = 2 * 1024 * 1024 + 1; // one byte more than a pack may have
constexpr qsizetype packDialogShown = 1500; // characters of one entry

QFuture<Result<Pack>> packReadInWorker(const QString &path)
{
    auto promise = std::make_shared<QPromise<Result<Pack>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, path] {
        QFile file(path);
        if (file.open(QIODevice::ReadOnly))
            promise->addResult(parsePack(file.read(packDialogBytes), path));
        else
            promise->addResult(Result<Pack>(makeError(
                Error::Kind::Storage, PackDialog::tr("The file cannot be read: %1").arg(file.errorString()))));
        promise->finish();
    });
    return promise->future();
}

QString packWhat(PackChange::What what)
{
    switch (what) {
    case PackChange::What::Category: return PackDialog::tr("category");
    case PackChange::What::Rule: return PackDialog::tr("rule");
    case PackChange::What::Reply: return PackDialog::tr("canned reply");
    case PackChange::What::BusinessRule: break;
    }
    return PackDialog::tr("business rule");
}

QString packIndented(const QString &text, const QString &sign)
{
    QStringList lines;
    for (const QString &line : text.left(packDialogShown).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        lines << QStringLiteral("      %1 %2").arg(sign, words::oneLine(line, 400));
    return lines.join(QLatin1Char('\n'));
}

QString packChangeText(const PackChange &change)
{
    const QString name = words::oneLine(change.name, 100);
    switch (change.kind) {
    case PackChange::Kind::Added:
        return PackDialog::tr("+  new %1: %2").arg(packWhat(change.what), name) + QLatin1Char('\n')
            + packIndented(change.after.section(QLatin1Char('\n'), 0, 0), QStringLiteral("+"));
    case PackChange::Kind::Removed:
        return change.what == PackChange::What::Category
            ? PackDialog::tr("−  retired category: %1").arg(name)
            : PackDialog::tr("−  removed %1: %2").arg(packWhat(change.what), name);
    case PackChange::Kind::Changed: break;
    }
    return PackDialog::tr("~  changed %1: %2").arg(packWhat(change.what), name) + QLatin1Char('\n')
        + packIndented(change.before, QStringLiteral("−")) + QLatin1Char('\n')
        + packIndented(change.after, QStringLiteral("+"));
}

} // namespace

PackDialog::PackDialog(TaxonomyDesk &desk, QWidget *parent)
    : TaxonomyDialog(
        tr("New pack"),
        tr("A domain pack brings categories, rules, canned replies and business rules of a trade. What you "
           "have changed of an earlier edition stays."),
        tr("Import"), parent)
    , m_desk(desk)
    , m_choice(new QComboBox(this))
    , m_others(new QCheckBox(tr("Retire categories that the pack does not have"), this))
    , m_text(readOnlyText(tr("What the pack would change")))
{
    resize(700, 600);
    m_choice->setAccessibleName(tr("Pack"));
    for (const QString &name : builtInPackNames()) {
        const Result<Pack> pack = builtInPack(name);
        m_choice->addItem(pack ? QStringLiteral("%1 – %2").arg(pack->title, pack->description) : name, name);
    }
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setCurrentIndex(-1);
    m_choice->setPlaceholderText(tr("Choose a pack"));
    auto *file = textButton(tr("From a file…"), "normal", this);
    auto *row = new QHBoxLayout;
    row->addWidget(m_choice, 1);
    row->addWidget(file);
    form()->addLayout(row);
    form()->addWidget(m_others);
    form()->addWidget(m_text, 1);
    m_text->setPlainText(tr("Choose a pack, and see here what it would change."));
    setTabOrder(m_text, goButton());
    goButton()->setEnabled(false);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &PackDialog::chosen);
    connect(m_others, &QCheckBox::toggled, this, &PackDialog::compare);
    connect(file, &QPushButton::clicked, this, [this] {
        auto *dialog = new QFileDialog(this, tr("Open a pack"), {}, tr("Packs (*.json)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this, &PackDialog::openFile);
        dialog->open();
    });
    m_choice->setFocus();
}

PackImport PackDialog::how() const
{
    PackImport how;
    how.retireOthers = m_others->isChecked();
    return how;
}

void PackDialog::chosen()
{
    const QString name = m_choice->currentData().toString();
    if (!name.isEmpty())
        take(builtInPack(name));
}

void PackDialog::openFile(const QString &path)
{
    const quint64 asked = ++m_asked;
    m_choice->setCurrentIndex(-1);
    m_text->setPlainText(tr("Reading %1…").arg(words::oneLine(QFileInfo(path).fileName())));
    whenDone(this, packReadInWorker(path), [this, asked](const Result<Pack> &pack) {
        if (asked == m_asked)
            take(pack);
    });
}

void PackDialog::take(const Result<Pack> &pack)
{
    m_pack = pack ? std::optional(*pack) : std::nullopt;
    goButton()->setEnabled(false);
    complain(pack ? QString() : pack.error().message);
    if (!pack)
        return m_text->setPlainText(tr("This pack cannot be imported."));
    compare();
}

void PackDialog::compare()
{
    if (!m_pack)
        return;
    const quint64 asked = ++m_asked;
    goButton()->setEnabled(false);
    m_text->setPlainText(tr("Comparing…"));
    whenDone(this, m_desk.comparePack(*m_pack, how()), [this, asked](const Result<PackDiff> &diff) {
        if (asked != m_asked)
            return;
        complain(diff ? QString() : diff.error().message);
        if (diff)
            show(*diff);
        else
            m_text->clear();
    });
}

void PackDialog::show(const PackDiff &diff)
{
    m_shown = diff.mark();
    QStringList lines;
    lines << (diff.isEmpty() ? tr("Nothing to change: the workspace has all of it.")
                             : tr("New: %1, changed: %2, retired or removed: %3")
                                   .arg(diff.count(PackChange::Kind::Added))
                                   .arg(diff.count(PackChange::Kind::Changed))
                                   .arg(diff.count(PackChange::Kind::Removed)));
    for (const QString &note : diff.notes)
        lines << QStringLiteral("△ ") + words::oneLine(note, 300);
    lines << QString();
    for (const PackChange &change : diff.changes)
        lines << packChangeText(change);
    m_text->setPlainText(lines.join(QLatin1Char('\n')));
    goButton()->setEnabled(!diff.isEmpty() && !isBusy());
}

void PackDialog::go()
{
    if (!m_pack)
        return;
    const QString title = words::oneLine(m_pack->title, 80);
    finish(m_desk.importPack(*m_pack, how(), m_shown),
           [title](const PackDiff &) { return tr("The pack %1 is imported").arg(title); });
}

} // namespace patchbay
