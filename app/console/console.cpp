#include "app/console/console.h"

#include "app/sample/sample.h"
#include "core/base/log.h"
#include "core/engine/importer.h"
#include "core/store/account_table.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/toast.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds settleTime{2500}; // until lists and images of a screenshot are there
constexpr std::chrono::milliseconds longestEnd{5000};  // for a running call when the program ends

Result<bool> hasConversations(Database &db)
{
    const std::optional<Row> row = db.row("SELECT count(*) FROM message");
    return db.finish(row && row->integer(0) > 0);
}

} // namespace

Console::Console(ConsoleOptions options)
    : m_options(std::move(options))
{
    QApplication::setQuitOnLastWindowClosed(false);
    connect(qApp, &QGuiApplication::lastWindowClosed, this, [this] {
        if (!m_switching)
            m_scope.run(endWork());
    });
}

Console::~Console()
{
    m_scope.cancelAll();
    m_window.reset();
}

void Console::start()
{
    m_scope.run(open(m_options.open));
}

Async<Result<Done>> Console::open(ApplicationOptions options)
{
    Result<std::unique_ptr<Application>> app = co_await Application::open(options);
    if (!app) {
        showFailure(app.error().message);
        co_return app.error();
    }
    m_app = std::move(*app);
    if (options.sample) {
        QFuture<Result<bool>> looking = m_app->store().read(hasConversations);
        const Result<bool> filled = co_await finished(looking);
        if (filled && !*filled) {
            const Result<int> made = co_await fillSampleWorkspace(m_app.get());
            if (!made)
                logError("sample", made.error().message);
        }
        m_app->commands()->setHoldTime(std::chrono::seconds(5));
    }
    showWindow();
    if (const QString notice = m_app->store().notice(); !notice.isEmpty())
        m_window->toast()->complain(notice);
    // A keychain may ask for its password now; the window is there and works meanwhile.
    const Result<Done> loaded = co_await m_app->loadAccounts();
    if (!loaded && m_window)
        m_window->toast()->complain(loaded.error().message);
    if (m_app)
        m_app->startWorking();
    co_return loaded;
}

void Console::showWindow()
{
    m_failure.reset();
    m_switching = false;
    const ConsoleContext context{m_app->store(),      *m_app->commands(), *m_app->outbox(), *m_app->channels(), *m_app->targets(),
                                 *m_app->intake(), m_app->catalog(),   m_app->secrets(), m_app->me()};
    m_window = std::make_unique<MainWindow>(context);
    connect(m_window.get(), &MainWindow::sampleWorkspaceWanted, this, &Console::openSample);
    connect(m_window.get(), &MainWindow::importWanted, this, [this](const QStringList &files) { m_scope.run(importInto(files)); });
    if (!m_options.theme.isEmpty())
        m_window->theme().set(m_options.theme == u"dark"_s ? Theme::Scheme::Dark : Theme::Scheme::Light);
    m_window->resize(m_options.size.isValid() ? m_options.size : QSize(1280, 800));
    m_window->show();
    if (!m_options.screenshot.isEmpty())
        QTimer::singleShot(settleTime, this, &Console::takeScreenshot);
}

void Console::showFailure(const QString &sentence)
{
    logError("console", sentence);
    m_failure = std::make_unique<QWidget>();
    m_failure->setWindowTitle(tr("Patchbay"));
    auto *layout = new QVBoxLayout(m_failure.get());
    auto *label = plainLabel(sentence, "body", m_failure.get(), true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *again = new QPushButton(tr("&Try again"), m_failure.get());
    auto *quit = new QPushButton(tr("&Quit"), m_failure.get());
    layout->addWidget(label);
    layout->addWidget(again);
    layout->addWidget(quit);
    connect(again, &QPushButton::clicked, this, &Console::start);
    connect(quit, &QPushButton::clicked, qApp, &QCoreApplication::quit);
    m_failure->resize(560, 180);
    m_failure->show();
    if (!m_options.screenshot.isEmpty())
        QTimer::singleShot(settleTime, qApp, [] { QCoreApplication::exit(1); });
}

void Console::openSample()
{
    // The window's own signal led here, so it may go only when this call has unwound.
    QTimer::singleShot(0, this, [this] {
        m_switching = true;
        closeWorkspace();
        ApplicationOptions options = m_options.open;
        options.location = sampleWorkspaceFolder();
        options.name = tr("Sample desk");
        options.create = true;
        options.sample = true;
        m_scope.run(open(options));
    });
}

void Console::closeWorkspace()
{
    m_window.reset();
    if (m_app)
        m_app->stopWorking();
    m_app.reset();
}

Async<Result<Done>> Console::importInto(QStringList files)
{
    const QString name = tr("Imported files");
    auto look = [name](Database &db) -> Result<std::optional<Channel>> { return db.finish(channels::byName(db, name)); };
    QFuture<Result<std::optional<Channel>>> looking = m_app->store().read(look);
    const Result<std::optional<Channel>> known = co_await finished(looking);
    if (!known) {
        m_window->toast()->complain(known.error().message);
        co_return known.error();
    }
    ChannelId channel;
    if (known->has_value()) {
        channel = (*known)->id;
    } else {
        QFuture<Result<Channel>> adding = m_app->commands()->addChannel(u"file"_s, name, QJsonObject());
        const Result<Channel> added = co_await finished(adding);
        if (!added) {
            m_window->toast()->complain(added.error().message);
            co_return added.error();
        }
        channel = added->id;
    }
    QFuture<Result<ImportReport>> importing = importFiles(*m_app->intake(), m_app->store(), channel, files);
    const Result<ImportReport> report = co_await finished(importing);
    if (!report) {
        m_window->toast()->complain(report.error().message);
        co_return report.error();
    }
    Said said;
    said.text = tr("%1 messages read: %2 new, %3 here already, %4 could not be read.")
                    .arg(report->read)
                    .arg(report->added)
                    .arg(report->duplicate)
                    .arg(report->quarantined);
    m_window->toast()->say(said);
    co_return Done{};
}

/// A call that is under way may end; what is queued stays queued.
Async<Result<Done>> Console::endWork()
{
    if (m_app) {
        m_app->stopWorking();
        QElapsedTimer timer;
        timer.start();
        while (m_app->outbox()->running() > 0 && timer.elapsed() < longestEnd.count())
            co_await sleepFor(std::chrono::milliseconds(50));
    }
    QCoreApplication::quit();
    co_return Done{};
}

void Console::takeScreenshot()
{
    const bool saved = m_window && m_window->grab().save(m_options.screenshot, "PNG");
    if (!saved)
        logError("console", u"The screenshot %1 could not be written."_s.arg(m_options.screenshot));
    QCoreApplication::exit(saved ? 0 : 1);
}

} // namespace patchbay
