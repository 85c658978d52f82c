#pragma once

#include "app/application.h"
#include "core/async/async.h"
#include "ui/models/gui_watchdog.h"

#include <QtCore/QObject>
#include <QtCore/QSize>
#include <QtCore/QTimer>

#include <memory>

namespace patchbay {

class MainWindow;
class StartPage;

struct ConsoleOptions {
    ApplicationOptions open = {};
    QString theme = {}; ///< "light", "dark" or empty: as the system has it
    QSize size = {};
    QString screenshot = {}; ///< a PNG to write, then end
};

/// The console as a program: one workspace with its window, or a page that says why there is none. GUI thread.
class Console final : public QObject {
    Q_OBJECT

public:
    explicit Console(ConsoleOptions options);
    ~Console() override;

    /// Opens the workspace and shows the window.
    void start();

    /// Null until a workspace is open.
    MainWindow *window() const { return m_window.get(); }
    /// Null while there is a window.
    StartPage *startPage() const { return m_page.get(); }

private:
    /// Opens another workspace; does nothing while one is being opened. The one that is open stays until the new one is
    /// there, so that a failure takes nothing away.
    void begin(ApplicationOptions options);
    Async<Result<Done>> open(ApplicationOptions options);
    Async<Result<Done>> takeOver(std::unique_ptr<Application> app);
    Async<Result<Done>> loadAndWork();
    Async<Result<Done>> endWork();
    void showPage();
    void showWindow();
    void showFailure(const QString &sentence);
    void openSample();
    void complain(const QString &sentence);
    void tellFirstPage();
    void takeScreenshot();

    ConsoleOptions m_options;
    ApplicationOptions m_attempt; ///< what is being opened, or could not be
    bool m_opening = false;
    bool m_ending = false;
    GuiWatchdog m_watchdog;
    QTimer m_patience; ///< runs out when opening takes long enough to be shown
    std::unique_ptr<Application> m_app;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<StartPage> m_page;
    AsyncScope m_work; ///< what works in the open workspace; ends before it closes
    AsyncScope m_scope;
};

} // namespace patchbay
