#pragma once

#include "app/application.h"
#include "core/async/async.h"

#include <QtCore/QObject>
#include <QtCore/QSize>
#include <QtWidgets/QWidget>

#include <memory>

namespace patchbay {

class MainWindow;

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

private:
    Async<Result<Done>> open(ApplicationOptions options);
    Async<Result<Done>> importInto(QStringList files);
    Async<Result<Done>> endWork();
    void showWindow();
    void closeWorkspace();
    void showFailure(const QString &sentence);
    void openSample();
    void takeScreenshot();

    ConsoleOptions m_options;
    std::unique_ptr<Application> m_app;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<QWidget> m_failure;
    bool m_switching = false; ///< one workspace's window goes, another's comes
    AsyncScope m_scope;
};

} // namespace patchbay
