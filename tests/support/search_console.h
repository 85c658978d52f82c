#pragma once

#include "core/store/saved_search_table.h"
#include "core/store/search_index.h"
#include "support/console_desk.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/rail_pane.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/search_pane.h"
#include "ui/widgets/thread_pane.h"
#include "ui/widgets/toast.h"

#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A console with four conversations and its search, worked by keys: the base of what tests it.
class SearchConsole {
protected:
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    static ConsoleDesk::Mail mail(const QByteArray &name, const QByteArray &text, int minutesAgo)
    {
        ConsoleDesk::Mail one;
        one.from = name + " <" + name.toLower() + "@example.org>";
        one.subject = "From " + name;
        one.text = text;
        one.minutesAgo = minutesAgo;
        return one;
    }
    void receive(const std::vector<ConsoleDesk::Mail> &mails, bool indexed = true)
    {
        m_desk->receive(mails);
        if (indexed)
            index();
    }
    void index()
    {
        const auto done =
            m_desk->write([](Database &db) -> Result<int> { return db.finish(search::indexSome(db, 1000)); });
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
    }
    void open()
    {
        m_window.reset();
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY2(m_desk->failure.isEmpty(), qPrintable(m_desk->failure));
        receive({mail("Ana", "Please refund my invoice.", 5), mail("Bea", "Where is my parcel?", 10),
                 mail("Cleo", "The refund came late, thank you.", 20), mail("Dora", "Hello there", 30)});
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showView(conversations::View::All);
        QTRY_COMPARE(m_window->listPane()->model().rowCount(), 4);
        QTRY_VERIFY(m_window->triage().details());
    }
    SearchPane *pane() const { return m_window->searchPane(); }
    SearchField *field() const { return pane()->field(); }
    SearchListModel &hits() const { return pane()->model(); }
    QString name() const
    {
        const ConversationDetails *details = m_window->triage().details();
        return details ? details->contact.name : QString();
    }
    QString nameAt(int row) const { return hits().summary(row) ? hits().summary(row)->contactName : QString(); }
    void press(const char *keys)
    {
        const QKeyCombination chord = QKeySequence::fromString(QLatin1String(keys), QKeySequence::PortableText)[0];
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), chord.key(),
                        chord.keyboardModifiers());
    }
    void type(const char *text) { QTest::keyClicks(m_window->focusWidget(), QString::fromUtf8(text)); }
    void ready(int rows)
    {
        QTRY_COMPARE(hits().state(), SearchListModel::State::Ready);
        QTRY_COMPARE(hits().rowCount(), rows);
    }
    Picker *picker() const { return qobject_cast<Picker *>(QApplication::activeModalWidget()); }
    QStringList saved() const
    {
        QStringList names;
        for (const SavedSearch &one : m_window->rail()->model().searches())
            names << one.name + u": "_s + one.query;
        return names;
    }
};

} // namespace patchbay::tests
