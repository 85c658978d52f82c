#pragma once

#include "app/application.h"
#include "app/console/application_context.h"
#include "support/await.h"
#include "support/desk.h"
#include "ui/widgets/main_window.h"

#include <QtTest/QTest>

#include <memory>

namespace patchbay::tests {

/// The console's window over the workspace of a desk, in the program that tells the story. A base of its class: what
/// ends a test's function ends that of the story.
class StoryWindow {
protected:
    /// Opens the workspace as the console does, and shows its window. `hold`: how long an answer waits before it
    /// leaves; 0: as the console has it.
    void showWindow(const Desk &desk, QSize size, std::chrono::milliseconds hold = {})
    {
        ApplicationOptions options;
        options.location = desk.workspace();
        options.secretsFolder = desk.secretsFolder();
        QFuture<Result<std::unique_ptr<Application>>> opening = m_scope.run(Application::open(options));
        QTRY_VERIFY_WITH_TIMEOUT(opening.isFinished(), 20000);
        Result<std::unique_ptr<Application>> opened = opening.takeResult();
        QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().message));
        m_app = std::move(*opened);
        if (hold.count() > 0)
            m_app->commands()->setHoldTime(hold);
        m_window = std::make_unique<MainWindow>(contextOf(*m_app));
        m_window->resize(size);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QVERIFY(await(m_app->loadAccounts()).ok());
    }

    void closeWindow()
    {
        if (!m_app)
            return;
        m_window->close();
        m_app->stopWorking();
        m_window.reset();
        m_app.reset();
    }

    AsyncScope m_scope;
    std::unique_ptr<Application> m_app;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace patchbay::tests
