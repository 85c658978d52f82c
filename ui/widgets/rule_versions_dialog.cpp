#include "ui/widgets/rule_versions_dialog.h"

#include "core/store/account_table.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

QString versionsTr(const char *text) { return QCoreApplication::translate("RuleVersions", text); }

QString marked(const QByteArray &document, QLatin1Char mark)
{
    QString text;
    for (const QString &line : QString::fromUtf8(document).split(QLatin1Char('\n'))) {
        if (!line.trimmed().isEmpty())
            text += QString(mark) + QLatin1Char(' ') + line + QLatin1Char('\n');
    }
    return text;
}

} // namespace

QString differenceText(const RuleDiff &diff)
{
    if (diff.isEmpty())
        return versionsTr("No difference.");
    QString text;
    for (const QString &setting : diff.settings)
        text += versionsTr("Changed: %1").arg(setting) + QLatin1Char('\n');
    for (const RuleChange &change : diff.rules) {
        const QString name = words::oneLine(change.rule, 200);
        switch (change.kind) {
        case RuleChange::Kind::Added: text += versionsTr("Added: %1").arg(name); break;
        case RuleChange::Kind::Removed: text += versionsTr("Removed: %1").arg(name); break;
        case RuleChange::Kind::Changed: text += versionsTr("Changed: %1").arg(name); break;
        case RuleChange::Kind::Moved:
            text += versionsTr("Moved: %1, from %2 to %3").arg(name).arg(change.from + 1).arg(change.to + 1);
            break;
        }
        text += QLatin1Char('\n') + marked(change.before, QLatin1Char('-')) + marked(change.after, QLatin1Char('+'));
    }
    return text;
}

RuleVersionsDialog::RuleVersionsDialog(const ConsoleContext &context, RuleEditor &editor, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_editor(editor)
    , m_list(new QListWidget(this))
    , m_trouble(plainLabel({}, "danger", this, true))
    , m_difference(new QPlainTextEdit(this))
    , m_back(textButton(tr("Roll back to this version"), "primary", this))
{
    setWindowTitle(tr("Versions of the rules"));
    resize(760, 520);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(plainLabel(tr("Going back publishes an old version again, as a new one: nothing is lost."),
                                 "muted", this, true));
    layout->addWidget(m_list, 1);
    layout->addWidget(plainLabel(tr("From this version to the live one"), "section", this));
    m_difference->setReadOnly(true);
    m_difference->setProperty("mode", QStringLiteral("source"));
    m_difference->setAccessibleName(tr("What differs"));
    layout->addWidget(m_difference, 2);
    layout->addWidget(m_trouble);
    m_trouble->hide();
    auto *row = new QHBoxLayout;
    auto *close = textButton(tr("Close"), "normal", this);
    row->addStretch(1);
    row->addWidget(close);
    row->addWidget(m_back);
    layout->addLayout(row);
    m_list->setAccessibleName(tr("Versions, newest first"));
    keepEnterInRows(m_list);
    m_back->setEnabled(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_list, &QListWidget::currentRowChanged, this, &RuleVersionsDialog::showDifference);
    connect(m_back, &QPushButton::clicked, this, [this] {
        m_editor.rollBack(current());
        accept();
    });
    load();
}

Result<std::vector<RuleVersionsDialog::Version>> RuleVersionsDialog::read(Database &db)
{
    QHash<OperatorId, QString> names;
    for (const Operator &one : operators::all(db))
        names.insert(one.id, one.name);
    std::vector<Version> versions;
    for (const rule_sets::Version &one : rule_sets::versions(db)) {
        QString line = versionsTr("Version %1, %2, published by %3")
                           .arg(QString::number(one.version), words::fullTime(one.publishedAt),
                                words::oneLine(names.value(one.publishedBy), 60));
        if (one.writtenBy)
            line += versionsTr(", written by %1").arg(words::oneLine(names.value(one.writtenBy), 60));
        if (!one.comment.isEmpty())
            line += QStringLiteral(": ") + words::oneLine(one.comment, 120);
        versions.push_back({one.version, line});
    }
    return db.finish(std::move(versions));
}

void RuleVersionsDialog::load()
{
    whenDone(this, m_context.store.read(&RuleVersionsDialog::read), [this](const Result<std::vector<Version>> &read) {
        if (!read) {
            setPlain(m_trouble, read.error().message);
            m_trouble->show();
            return;
        }
        for (const Version &version : *read) {
            auto *item = new QListWidgetItem(version.line, m_list);
            item->setData(Qt::UserRole, version.number);
        }
        m_list->setCurrentRow(0);
        m_list->setFocus();
    });
}

int RuleVersionsDialog::current() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toInt() : 0;
}

void RuleVersionsDialog::showDifference()
{
    const int version = current();
    const quint64 epoch = ++m_epoch;
    m_back->setEnabled(m_editor.canEdit() && version > 0 && version < m_editor.live().version);
    auto work = [version](Database &db) -> Result<QByteArray> { return db.finish(rule_sets::document(db, version)); };
    whenDone(this, m_context.store.read(std::move(work)), [this, epoch, version](const Result<QByteArray> &document) {
        if (epoch != m_epoch)
            return;
        const Result<RuleSet> rules = document ? parseRuleSet(*document, version) : Result<RuleSet>(document.error());
        m_difference->setPlainText(rules ? differenceText(diffRules(*rules, m_editor.live())) : rules.error().message);
    });
}

} // namespace patchbay
