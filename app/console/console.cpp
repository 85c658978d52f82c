#include "app/console/console.h"

#include "app/console/application_context.h"
#include "app/sample/sample.h"
#include "app/secrets/keychain_secrets.h"
#include "core/base/log.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/start_page.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDir>
#include <QtWidgets/QApplication>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds settleTime{2500}; // until lists and images of a screenshot are there
constexpr std::chrono::milliseconds patience{150}; // until a person wonders what the program is doing

} // namespace

Console::Console(ConsoleOptions options)
    : m_options(std::move(options))
{
    QApplication::setQuitOnLastWindowClosed(false);
    connect(qApp, &QGuiApplication::lastWindowClosed, this, [this] { m_scope.run(endWork()); });
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        showPage();
        m_page->showOpening(QDir::toNativeSeparators(m_attempt.location));
    });
}

Console::~Console()
{
    m_scope.cancelAll();
    m_work.cancelAll();
    m_window.reset();
}

void Console::start() { begin(m_options.open); }

void Console::begin(ApplicationOptions options)
{
    if (m_opening || m_ending)
        return;
    m_opening = true;
    m_attempt = options;
    if (m_page)
        m_page->setBusy();
    if (!m_window)
        m_patience.start();
    m_scope.run(open(std::move(options)));
}

Async<Result<Done>> Console::open(ApplicationOptions options)
{
    Result<std::unique_ptr<Application>> app = co_await Application::open(options);
    if (!app) {
        showFailure(app.error().message);
        co_return app.error();
    }
    Result<int> filled = 0;
    if (options.sample) {
        filled = co_await fillSampleWorkspace(app->get());
        (*app)->commands()->setHoldTime(std::chrono::seconds(5));
    }
    Async<Result<Done>> taking = takeOver(std::move(*app));
    const Result<Done> taken = co_await std::move(taking);
    if (!taken) {
        showFailure(taken.error().message);
        co_return taken.error();
    }
    if (!filled)
        complain(tr("The sample messages are not complete: %1").arg(filled.error().message));
    m_work.run(loadAndWork());
    co_return Done{};
}

/// Puts the window on another workspace. Nothing that was typed in the old one is lost: without a saved draft it stays.
Async<Result<Done>> Console::takeOver(std::unique_ptr<Application> app)
{
    if (m_window) {
        m_window->triage().drafts().flush();
        const auto nothing = [](Database &db) { return db.finish(Done{}); };
        QFuture<Result<Done>> behindTheDrafts = m_app->store().write(nothing);
        (void)co_await finished(behindTheDrafts);
        if (m_window->triage().drafts().hasUnsaved())
            co_return makeError(Error::Kind::Storage, tr("A draft could not be saved, so this workspace stays open."));
        (void)co_await m_app->endWorking();
    }
    if (m_ending)
        co_return makeError(Error::Kind::Cancelled, tr("Patchbay is ending."));
    m_work.cancelAll();
    const std::unique_ptr<Application> oldApp = std::exchange(m_app, std::move(app)); // goes after its window
    const std::unique_ptr<MainWindow> oldWindow = std::move(m_window);
    showWindow();
    if (const QString notice = m_app->store().notice(); !notice.isEmpty())
        complain(notice);
    co_return Done{};
}

Async<Result<Done>> Console::loadAndWork()
{
    // A keychain may ask for its password now; the window is there and works meanwhile.
    const Result<Done> loaded = co_await m_app->loadAccounts();
    if (!loaded)
        complain(loaded.error().message);
    (void)co_await m_app->gatewayKeeper()->begin(); // what is wrong it says itself
    m_app->startWorking();
    co_return loaded;
}

void Console::showPage()
{
    if (m_page)
        return;
    m_page = std::make_unique<StartPage>();
    if (!m_options.theme.isEmpty())
        m_page->theme().set(m_options.theme == u"dark"_s ? Theme::Scheme::Dark : Theme::Scheme::Light);
    connect(m_page.get(), &StartPage::againWanted, this, [this] { begin(m_attempt); });
    connect(m_page.get(), &StartPage::sampleWanted, this, &Console::openSample);
    connect(m_page.get(), &StartPage::quitWanted, this, [this] { m_scope.run(endWork()); });
    m_page->show();
}

void Console::showWindow()
{
    m_opening = false;
    m_patience.stop();
    ConsoleContext context = contextOf(*m_app);
    context.watchdog = &m_watchdog;
    m_window = std::make_unique<MainWindow>(context);
    connect(m_app->gatewayKeeper(), &GatewayDesk::failed, m_window.get(),
            [this](const QString &sentence) { complain(sentence); });
    connect(m_window.get(), &MainWindow::sampleWorkspaceWanted, this, &Console::openSample);
    if (!m_options.theme.isEmpty())
        m_window->theme().set(m_options.theme == u"dark"_s ? Theme::Scheme::Dark : Theme::Scheme::Light);
    if (auto *keychain = dynamic_cast<KeychainSecrets *>(&m_app->secrets()))
        connect(keychain, &KeychainSecrets::limitationChanged, m_window->rail(), &RailPane::showFoot);
    m_window->resize(m_options.size.isValid() ? m_options.size : QSize(1280, 800));
    m_window->show();
    m_page.reset(); // only now: the last window must not go in between
    if (!m_options.screenshot.isEmpty()) {
        tellFirstPage();
        QTimer::singleShot(settleTime, this, &Console::takeScreenshot);
    }
}

/// For who measures a start: a line in the log once rows stand in the list.
void Console::tellFirstPage()
{
    auto *look = new QTimer(m_window.get());
    look->start(2);
    connect(look, &QTimer::timeout, this, [this, look] {
        if (!m_window->listPane()->model().summary(0))
            return;
        look->deleteLater();
        m_window->repaint();
        logInfo("console", u"the first page is painted"_s);
    });
}

void Console::showFailure(const QString &sentence)
{
    m_opening = false;
    m_patience.stop();
    if (m_window)
        return complain(sentence);
    logError("console", sentence);
    showPage();
    m_page->showFailure(QDir::toNativeSeparators(m_attempt.location), sentence, !m_attempt.sample);
    if (!m_options.screenshot.isEmpty())
        QTimer::singleShot(settleTime, qApp, [] { QCoreApplication::exit(1); });
}

void Console::openSample()
{
    ApplicationOptions options = m_options.open;
    options.location = sampleWorkspaceFolder();
    options.name = tr("Sample desk");
    options.create = true;
    options.sample = true;
    const bool isHere = m_app && QDir(m_app->store().location()) == QDir(options.location);
    Said said;
    said.text = isHere ? tr("This is the sample workspace.") : tr("Opening the sample workspace…");
    if (m_window)
        m_window->toast()->say(said);
    if (!isHere) // last: it may fail at once, and what it says then must stay
        begin(std::move(options));
}

void Console::complain(const QString &sentence)
{
    logError("console", sentence);
    if (m_window)
        m_window->toast()->complain(sentence);
}

/// A call that is under way may end; what is queued stays queued.
Async<Result<Done>> Console::endWork()
{
    if (std::exchange(m_ending, true))
        co_return Done{};
    if (m_app)
        (void)co_await m_app->endWorking();
    QCoreApplication::quit();
    co_return Done{};
}

void Console::takeScreenshot()
{
    logInfo("console", m_watchdog.sentence());
    const bool saved = m_window && m_window->grab().save(m_options.screenshot, "PNG");
    if (!saved)
        logError("console", u"The screenshot %1 could not be written."_s.arg(m_options.screenshot));
    QCoreApplication::exit(saved ? 0 : 1);
}

} // namespace patchbay
