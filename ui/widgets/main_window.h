#pragma once

#include "ui/models/action_registry.h"
#include "ui/models/console_context.h"
#include "ui/models/import_runner.h"
#include "ui/models/rail_model.h"
#include "ui/models/second_opinion.h"
#include "ui/models/timeline_model.h"
#include "ui/models/triage.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QMainWindow>

class QSplitter;
class QStackedWidget;

namespace patchbay {

class AccountDialog;
class CategoriesPage;
class ContextPanel;
class ConversationListPane;
class FirstRunPage;
class ImportStrip;
class LocalTasksPage;
class OutboxPage;
class QuarantinePage;
class RailPane;
class SearchPane;
class TasksPage;
class TaxonomyDialog;
class ThreadPane;
class TrialPage;
class Toast;
class WorkspaceCare;
class RulesPage;
struct TrialSubject;
class WorkspacePage;
enum class GuidanceKind;
struct ReplyExample;

/// The console's window: rail, list, thread, context, and the pages of work. All that can be done is in its registry.
/// Owned by the composition root; GUI thread.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const ConsoleContext &context, QWidget *parent = nullptr);
    ~MainWindow() override;

    ActionRegistry &actions() { return m_actions; }
    Triage &triage() { return m_triage; }
    SecondOpinion &opinion() { return m_opinion; }
    Theme &theme() { return m_theme; }
    ConversationListPane *listPane() const { return m_list; }
    ThreadPane *threadPane() const { return m_thread; }
    ContextPanel *contextPanel() const { return m_context; }
    RailPane *rail() const { return m_rail; }
    SearchPane *searchPane() const { return m_search; }
    Toast *toast() const { return m_toast; }
    QStackedWidget *pages() const { return m_pages; }
    WorkspacePage *workspacePage() const { return m_workspace; }
    RulesPage *rulesPage() const { return m_rules; }
    TasksPage *tasksPage() const { return m_tasks; }
    /// Null until it was shown.
    CategoriesPage *categoriesPage() const { return m_categories; }
    /// Null while nothing is tried.
    TrialPage *trialPage() const { return m_trial; }

    void showView(conversations::View view);
    void showPage(RailRow::Kind kind);
    void openConversation(ConversationId id);
    void showCategories();
    void addChannel(const QString &connector = {});
    void addTarget(const QString &connector = {});
    /// Asks what these files and folders are and where they go.
    void importFiles(const QStringList &paths);
    ImportRunner &imports() { return m_imports; }
    ImportStrip *importStrip() const { return m_importStrip; }
    /// Where the focus is, for the registry.
    FocusPlace focusPlace() const;

Q_SIGNALS:
    /// For the application: open (or make) the sample workspace.
    void sampleWorkspaceWanted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    using Handler = std::function<void()>;
    void buildPages();
    void connectPanes();
    void buildMenu();
    void addAction_(const char *id, const QString &group, const QString &title, const QStringList &keys,
                    ActionScope scope, Handler run, std::function<bool()> enabled = {});
    void registerTriage();
    void registerMoves();
    void registerWork();
    void registerSearch();
    void connectSearch();
    void registerFind();
    /// Ends the finding in the conversation; false when one is not at it.
    bool leaveFind();

    void startSearch();
    /// One step out of the search; false when there is none to take.
    bool leaveSearch();
    void searchActive(bool active);
    void showHit(ConversationId conversation, MessageId message);
    /// The list of the view, of the hits, or the field when there are none.
    QWidget *listInFront() const;
    void moveInList(int steps);
    void saveSearch();
    void openSearch(const SavedSearch &search);
    void renameSearch(const SavedSearch &search);
    void removeSearch(const SavedSearch &search);
    void moveSearch(const SavedSearch &search, int steps);
    void searchMenu(const SavedSearch &search, const QPoint &at);
    /// Says what was done, or why not.
    void searchDone(QFuture<Result<Done>> command, const QString &done);
    /// The saved search that is current in the rail; none when it is something else.
    std::optional<SavedSearch> currentSearch() const;
    void registerCare();
    void registerPeople();
    void mergePerson();
    void splitPerson();
    void registerRules();
    void registerLearning();
    void showLessons();
    void connectReasons();
    void toggleWhy();
    /// In the thread, while the reasons are open beside it.
    void markEvidence();
    void connectRules();
    void registerModels();
    void askModel(Purpose purpose);
    void openModels();
    void openBatches();
    void readBatches();
    void registerTaxonomy();
    void openTaxonomy(TaxonomyDialog *dialog);
    void registerTasks();
    void connectTasks();
    void pickStatusReading();
    void registerTrial();
    /// In place of the one that is there.
    void openTrial(TrialSubject subject);
    void showTrial();
    void tryThreshold();
    void tryDialog(TaxonomyDialog *dialog);
    void tryRetiring();
    void editCategory(const Category &category);
    void retireCategory();
    void moveCategory(int steps);
    void openPack(const QString &file);
    void exportPack();
    void exportPackTo(const QString &path);
    /// Says what was done, or why not.
    void taxonomyDone(QFuture<Result<Done>> command, const QString &done);
    void pickCannedReply();
    void registerTemplates();
    void registerWriting();
    /// Runs it for the message that is chosen in the thread; says so where none is.
    void withChosen(const std::function<void(const TimelineItem &)> &run);
    void sendATemplate();
    void pickTemplate(bool again);
    void chooseTemplate(const TemplateList &list);
    void openTemplate(const TemplateUse &use);
    /// `add`: with the form of a new one.
    void showGuidance(GuidanceKind kind, bool add);
    /// The open conversation, for what a canned reply becomes in it.
    ReplyExample replyExample() const;

    void railChosen(const RailRow &row);
    void channelMenu(const Channel &channel);
    void targetMenu(const RailRow &row);
    void openAccount(AccountDialog *dialog, const QString &done);
    void updateTitle();
    void closeWhenSaved();
    void tick();
    void maybeFirstRun();
    void back();
    void cyclePanes(int direction);
    /// What of a page has the keyboard.
    QWidget *mainOf(QWidget *page) const;
    void followBackLink(const QString &link);
    void settle(DeliveryId delivery);
    void chooseFiles(bool folder = false);
    void showImports();
    void openPerson(bool deletes, const QString &whom);
    void backUp();

    void pickAssignee();
    void pickLabel();
    void pickMyMail();
    void pickCategory();
    void pickRoute();
    void pickOpenTask(const Commands::OpenTask &open, bool thenNext);
    void showRoutes();
    /// Of the open conversation.
    void openTaskDialog();
    void pickSnooze();
    void pickAction();
    void showKeys();

    ConsoleContext m_ctx;
    Theme m_theme;
    ActionRegistry m_actions;
    Triage m_triage;
    SecondOpinion m_opinion;
    ImportRunner m_imports;
    RailPane *m_rail = nullptr;
    ConversationListPane *m_list = nullptr;
    SearchPane *m_search = nullptr;
    ThreadPane *m_thread = nullptr;
    ContextPanel *m_context = nullptr;
    OutboxPage *m_outbox = nullptr;
    TasksPage *m_tasks = nullptr;
    LocalTasksPage *m_localTasks = nullptr;
    QuarantinePage *m_quarantine = nullptr;
    WorkspacePage *m_workspace = nullptr;
    WorkspaceCare *m_care = nullptr;
    RulesPage *m_rules = nullptr;
    CategoriesPage *m_categories = nullptr; ///< made when it is first shown
    TrialPage *m_trial = nullptr; ///< there while something is tried
    FirstRunPage *m_firstRun = nullptr;
    QStackedWidget *m_pages = nullptr;
    QSplitter *m_conversations = nullptr;
    ImportStrip *m_importStrip = nullptr;
    Toast *m_toast = nullptr;
    /// Where one was before the search began, to come back to.
    struct {
        QWidget *page = nullptr;
        ConversationId conversation = {};
    } m_before;
    QTimer m_seen;
    QTimer m_clock; ///< what is shown as "5 min ago" ages
    bool m_firstRunDecided = false;
    bool m_losesDrafts = false; ///< a person agreed to lose what could not be saved
};

} // namespace patchbay
