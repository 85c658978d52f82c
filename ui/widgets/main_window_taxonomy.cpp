#include "core/engine/reply_text.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/categories_page.h"
#include "ui/widgets/category_dialog.h"
#include "ui/widgets/guidance_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/merge_dialog.h"
#include "ui/widgets/pack_dialog.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/split_dialog.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QListView>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

/// Written in a worker: a disk may take its time.
QFuture<Result<QString>> packWrite(const QString &path, const QByteArray &document)
{
    auto promise = std::make_shared<QPromise<Result<QString>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, path, document] {
        QSaveFile file(path);
        const bool done = file.open(QIODevice::WriteOnly) && file.write(document) == document.size() && file.commit();
        promise->addResult(done ? Result<QString>(path)
                                : Result<QString>(makeError(Error::Kind::Storage, file.errorString())));
        promise->finish();
    });
    return promise->future();
}

} // namespace

void MainWindow::registerTaxonomy()
{
    using Scope = ActionScope;
    const QString group = tr("Categories");
    const auto key = [](const char *text) { return QStringList{QLatin1String(text)}; };
    const auto writable = [this] { return m_ctx.taxonomy && !m_ctx.store.isReadOnly(); };
    const auto current = [this] { return m_categories ? m_categories->current() : nullptr; };
    const auto mutableOne = [=] { return writable() && current() && !current()->isUnsorted; };
    addAction_("go.categories", group, tr("Show the categories"), key("Ctrl+Shift+G"), Scope::Everywhere,
               [this] { showCategories(); });
    addAction_(
        "category.new_pack", group, tr("New pack…"), {}, Scope::Everywhere, [this] { openPack({}); }, writable);
    addAction_(
        "category.export_pack", group, tr("Export as a pack…"), {}, Scope::Everywhere, [this] { exportPack(); },
        [this] { return m_ctx.taxonomy != nullptr; });
    addAction_(
        "category.add", group, tr("Add category…"), key("Ins"), Scope::Categories, [this] { editCategory(Category()); },
        writable);
    addAction_(
        "category.edit", group, tr("Edit…"), key("Return"), Scope::Categories, [=, this] { editCategory(*current()); },
        [=] { return writable() && current(); });
    addAction_(
        "category.merge", group, tr("Merge into…"), key("M"), Scope::Categories,
        [=, this] {
            openTaxonomy(
                new MergeDialog(*m_ctx.taxonomy, *current(), m_categories->model().others(current()->id), this));
        },
        mutableOne);
    addAction_(
        "category.split", group, tr("Split…"), key("S"), Scope::Categories,
        [=, this] {
            openTaxonomy(
                new SplitDialog(*m_ctx.taxonomy, *current(), m_categories->model().others(current()->id), this));
        },
        mutableOne);
    addAction_(
        "category.retire", group, tr("Retire"), key("Del"), Scope::Categories, [this] { retireCategory(); },
        [=] { return mutableOne() && !current()->isRetired(); });
    addAction_(
        "category.try_retiring", group, tr("Try retiring on history…"), key("T"), Scope::Categories,
        [this] { tryRetiring(); }, [=] { return mutableOne() && !current()->isRetired(); });
    addAction_(
        "category.bring_back", group, tr("Bring back"), key("B"), Scope::Categories,
        [=, this] {
            taxonomyDone(m_ctx.taxonomy->bringBack(current()->id, current()->version),
                         tr("%1 is back").arg(words::oneLine(current()->name, 60)));
        },
        [=] { return mutableOne() && current()->isRetired(); });
    addAction_(
        "category.up", group, tr("Move up"), key("Ctrl+Up"), Scope::Categories, [=, this] { moveCategory(-1); },
        mutableOne);
    addAction_(
        "category.down", group, tr("Move down"), key("Ctrl+Down"), Scope::Categories, [=, this] { moveCategory(1); },
        mutableOne);
    addAction_("go.replies", group, tr("Canned replies…"), key("Ctrl+Shift+Y"), Scope::Everywhere,
               [this] { showGuidance(GuidanceKind::Replies, false); });
    addAction_("go.business_rules", group, tr("Business rules…"), key("Ctrl+Shift+B"), Scope::Everywhere,
               [this] { showGuidance(GuidanceKind::Rules, false); });
    addAction_(
        "reply.add", group, tr("New canned reply…"), {}, Scope::Everywhere,
        [this] { showGuidance(GuidanceKind::Replies, true); }, writable);
    addAction_(
        "business_rule.add", group, tr("New business rule…"), {}, Scope::Everywhere,
        [this] { showGuidance(GuidanceKind::Rules, true); }, writable);
    addAction_(
        "compose.canned", tr("Conversation"), tr("Insert a canned reply…"), key("Ctrl+Shift+I"), Scope::Everywhere,
        [this] { pickCannedReply(); }, [this] { return m_triage.details() && !m_ctx.store.isReadOnly(); });
}

void MainWindow::showCategories()
{
    if (!m_categories) {
        m_categories = new CategoriesPage(m_ctx, m_actions, this);
        m_pages->addWidget(m_categories);
    }
    m_triage.drafts().flush();
    m_pages->setCurrentWidget(m_categories);
    if (const int row = m_rail->model().rowOfKind(RailRow::Kind::Categories); row >= 0)
        m_rail->list()->setCurrentIndex(m_rail->model().index(row, 0));
    m_categories->table()->setFocus();
}

void MainWindow::openTaxonomy(TaxonomyDialog *dialog)
{
    connect(dialog, &TaxonomyDialog::done_, this, [this](const QString &sentence) {
        m_toast->say({sentence, false, {}});
    });
    connect(dialog, &TaxonomyDialog::trialWanted, this, [this, dialog] { tryDialog(dialog); });
    dialog->open();
}

void MainWindow::editCategory(const Category &category)
{
    openTaxonomy(new CategoryDialog(*m_ctx.taxonomy, category, this));
}

void MainWindow::openPack(const QString &file)
{
    auto *dialog = new PackDialog(*m_ctx.taxonomy, this);
    openTaxonomy(dialog);
    if (!file.isEmpty())
        dialog->openFile(file);
}

void MainWindow::taxonomyDone(QFuture<Result<Done>> command, const QString &done)
{
    whenDone(this, std::move(command), [this, done](const Result<Done> &result) {
        if (!result)
            m_toast->complain(result.error().message);
        else if (!done.isEmpty())
            m_toast->say({done, false, {}});
    });
}

void MainWindow::retireCategory()
{
    const Category category = *m_categories->current();
    const QString name = words::oneLine(category.name, 60);
    ask(this, tr("Retire %1?").arg(name),
        tr("It is no longer suggested, learned or offered. Conversations that have it keep it, and you can bring it "
           "back."),
        tr("Retire"), [this, category, name] {
            taxonomyDone(m_ctx.taxonomy->retire(category.id, category.version), tr("%1 is retired").arg(name));
        });
}

void MainWindow::moveCategory(int steps)
{
    const int place = m_categories->currentRow() + 1 + steps;
    if (place >= 1)
        taxonomyDone(m_ctx.taxonomy->move(m_categories->current()->id, place), {});
}

void MainWindow::exportPack()
{
    if (!m_ctx.taxonomy)
        return;
    auto *dialog =
        new QFileDialog(this, tr("Export as a pack"),
                        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation), tr("Packs (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->selectFile(QStringLiteral("desk.json"));
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::exportPackTo);
    dialog->open();
}

void MainWindow::exportPackTo(const QString &path)
{
    const auto failed = [this](const Error &error) {
        m_toast->complain(tr("The pack could not be exported: %1").arg(error.message));
    };
    whenDone(this, m_ctx.taxonomy->exportPack(QStringLiteral("desk"), m_ctx.store.workspaceName()),
             [this, path, failed](const Result<Pack> &pack) {
                 if (!pack)
                     return failed(pack.error());
                 whenDone(this, packWrite(path, packDocument(*pack)), [this, failed](const Result<QString> &written) {
                     if (!written)
                         return failed(written.error());
                     m_toast->say({tr("Exported to %1").arg(words::oneLine(*written)), false, {}});
                 });
             });
}

ReplyExample MainWindow::replyExample() const
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return {};
    const QString subject = words::oneLine(details->conversation.subject);
    const QString name = words::oneLine(details->contact.name);
    return {subject.isEmpty() ? (name.isEmpty() ? tr("(no name)") : name) : subject,
            {{QStringLiteral("contact.name"), name},
             {QStringLiteral("contact.address"),
              details->recipients.empty() ? QString() : words::oneLine(details->recipients.front().address)},
             {QStringLiteral("conversation.subject"), subject},
             {QStringLiteral("operator.name"), words::oneLine(m_ctx.me.name)}}};
}

void MainWindow::showGuidance(GuidanceKind kind, bool add)
{
    auto *dialog = new GuidanceDialog(m_ctx, kind, replyExample(), this);
    dialog->open();
    if (add) // its categories come first
        connect(&dialog->model(), &GuidanceModel::loaded, dialog, &GuidanceDialog::add, Qt::SingleShotConnection);
}

void MainWindow::pickCannedReply()
{
    const ConversationDetails *details = m_triage.details();
    if (!details)
        return;
    const OfferedReplies offered = offeredReplies(details->cannedReplies, details->conversation.category,
                                                  details->conversation.language, QDate::currentDate());
    const QHash<QString, QString> values = replyExample().values;
    std::vector<Choice> choices;
    const auto add = [&](const CannedReply &reply) {
        Choice choice;
        choice.text = words::oneLine(reply.title);
        choice.hint = QStringLiteral("%1 %2")
                          .arg(words::oneLine(details->categoryName(reply.category), 30), reply.language)
                          .trimmed();
        choice.value = filledReply(reply.text, values);
        choices.push_back(choice);
    };
    for (const CannedReply &reply : offered.fitting)
        add(reply);
    for (const CannedReply &reply : offered.others)
        add(reply);
    QString title = choices.empty() ? tr("No canned reply yet: write one (%1), or bring in a domain pack")
                                          .arg(m_actions.titleWithKey(QStringLiteral("go.replies")))
                                    : tr("Insert a canned reply");
    if (offered.over + offered.ahead > 0)
        title += tr(" (left out, not valid today: %1)").arg(offered.over + offered.ahead);
    auto *picker = new Picker(title, std::move(choices), this);
    connect(picker, &Picker::chosen, this, [this, id = m_triage.current()](const QVariant &value) {
        if (m_triage.current() == id)
            m_thread->composer()->insertReply(value.toString());
    });
    picker->openOver(this);
}

} // namespace patchbay
