// How long the window takes with many conversations and long threads: prints numbers for people, checks nothing.
// bench_window [conversations [messages]]; build it in the preset release.
#include "core/engine/workspace_setup.h"
#include "core/store/account_table.h"
#include "support/await.h"
#include "support/many_rows.h"
#include "turns.h"
#include "ui/models/conversation_find.h"
#include "ui/models/conversation_list_model.h"
#include "ui/models/gui_watchdog.h"
#include "ui/models/rail_model.h"
#include "ui/models/timeline_model.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/thread_view.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QListView>
#include <QtWidgets/QScrollBar>

#include <cstdio>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

long pssKb()
{
    QFile file(u"/proc/self/smaps_rollup"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("Pss:"))
            return line.mid(4).simplified().split(' ').first().toLong();
    }
    return 0;
}

class Bench {
public:
    bool start()
    {
        StoreOptions options;
        options.location = m_folder.filePath(u"Bench.patchbay"_s);
        options.create = true;
        auto opened = Store::open(options);
        if (!opened) {
            std::fprintf(stderr, "%s\n", qPrintable(opened.error().message));
            return false;
        }
        store = std::move(*opened);
        return write([this](Database &db) -> Result<Done> {
            me = operators::forOsUser(db, u"ann"_s, u"Ann"_s).id;
            Channel mail;
            mail.connector = u"mail"_s;
            mail.name = u"Support"_s;
            channel = channels::insert(db, mail);
            return setUpWorkspace(db);
        });
    }
    template <class F> bool write(F work)
    {
        const Result<Done> done = await(store->write(std::move(work)), std::chrono::minutes(10));
        if (!done)
            std::fprintf(stderr, "%s\n", qPrintable(done.error().message));
        return done.ok();
    }
    template <class F> void timed(const char *what, F work)
    {
        QElapsedTimer timer;
        timer.start();
        (void)await(store->read(std::move(work)), std::chrono::minutes(1));
        std::printf("  %-44s %7.2f ms\n", what, milliseconds(timer));
    }
    void list(int conversations);
    void thread(int messages);
    void jump(ThreadView &view, TimelineModel &model, int count);
    void find(ThreadView &view, ConversationId conversation);

    std::unique_ptr<Store> store;
    OperatorId me;
    ChannelId channel;

private:
    QTemporaryDir m_folder;
};

void Bench::list(int conversations)
{
    std::printf("%d conversations\n", conversations);
    write([&](Database &db) -> Result<Done> {
        addConversations(db, channel, conversations);
        return db.finish(Done{});
    });
    for (int i = 0; i < 3; ++i)
        timed("counts of the rail", [this](Database &db) { return db.finish(conversations::counts(db, me)); });
    const long before = pssKb();
    ConversationListPane pane(*store, me);
    pane.resize(340, 800);
    pane.show();
    ConversationListModel &model = pane.model();
    pane.list()->viewport()->removeEventFilter(&pane); // no pointer here holds the list
    model.setHeld(false);
    QElapsedTimer timer;
    timer.start();
    pane.setView(conversations::View::All, u"All"_s);
    Turns turns;
    turns.run([&] { return model.rowCount() > 0 && model.summary(0); });
    std::printf("  %-44s %7.2f ms\n", "first rows with their words", milliseconds(timer));
    turns.run([&] { return model.isComplete(); });
    std::printf("  %-44s %7.2f ms\n", "all ids", milliseconds(timer));
    turns.print("while the list loads");
    std::printf("  %-44s %7.1f MB\n", "memory for the list", double(pssKb() - before) / 1024);
    const auto change = [&](const char *what, int row) {
        Turns moving;
        for (int i = 0; i < 30; ++i) {
            // The open one stays where it is, so as not to move under the eyes.
            const ConversationId id = model.idAt(model.idAt(row) == pane.current() ? row + 1 : row);
            bool moved = false;
            const auto watch =
                QObject::connect(&model, &QAbstractItemModel::rowsInserted, &pane, [&] { moved = true; });
            const qint64 at = 2'000'000'000'000'000 + i + row;
            write([&](Database &db) -> Result<Done> {
                db.exec("UPDATE conversation SET sort_at = ? WHERE id = ?", {at, id.value});
                db.changes().conversations.insert(id);
                return db.finish(Done{});
            });
            moving.run([&] { return moved; }, 2000);
            QObject::disconnect(watch);
            moving.run([&] { return true; });
            QElapsedTimer paint;
            paint.start();
            pane.repaint();
            moving.lengths.push_back(milliseconds(paint));
        }
        moving.print(what);
    };
    change("a change near the top", 20);
    change("a change in the middle", conversations / 2);
    Turns scrolling;
    QScrollBar *bar = pane.list()->verticalScrollBar();
    for (int i = 0; i < 300; ++i) {
        bar->setValue(bar->value() + (i % 50 == 0 ? bar->maximum() / 7 : 40));
        bool once = false;
        scrolling.run([&] { return std::exchange(once, true); });
        QElapsedTimer paint;
        paint.start();
        pane.list()->viewport()->repaint();
        scrolling.lengths.push_back(milliseconds(paint));
    }
    scrolling.print("scrolling");
}

QString someText(int i)
{
    static const QString sentence =
        u"My parcel with the order number 48121 has not arrived yet, and the tracking page has not changed for days. "_s;
    return u"Message %1. "_s.arg(i) + sentence.repeated(1 + (i * 7) % 11);
}

/// To messages all over the conversation that is open.
void Bench::jump(ThreadView &view, TimelineModel &model, int count)
{
    const auto ids = await(store->read([&](Database &db) -> Result<std::vector<MessageId>> {
        std::vector<MessageId> all;
        for (const Message &message : messages::before(db, model.conversation(), std::nullopt, count))
            all.push_back(message.id);
        return db.finish(std::move(all));
    }),
                           std::chrono::minutes(1));
    if (!ids)
        return;
    Turns turns;
    std::vector<double> until;
    for (int i = 1; i < 12; ++i) {
        const MessageId wanted = (*ids)[ids->size() * size_t(i * 5 % 12) / 12];
        QElapsedTimer timer;
        timer.start();
        view.showMessage(wanted);
        turns.run([&] { return view.marked() == wanted; });
        QElapsedTimer paint;
        paint.start();
        view.viewport()->repaint();
        turns.lengths.push_back(milliseconds(paint));
        until.push_back(milliseconds(timer));
        turns.run([] { return false; }, 100);
    }
    Turns jumps;
    jumps.lengths = until;
    jumps.print("jump to a message until painted");
    turns.print("turns while it jumps");
}

void Bench::find(ThreadView &view, ConversationId conversation)
{
    ConversationFind find(*store);
    bool shown = false;
    QObject::connect(&find, &ConversationFind::currentChanged, &view, [&] {
        view.showPlace(*find.current());
        shown = true;
    });
    for (const char *words : {"Message 77", "Message 777.", "nowhere"}) {
        QElapsedTimer timer;
        timer.start();
        shown = false;
        find.start(conversation, QString::fromLatin1(words), view.readingFrom());
        view.setFind(find.folded());
        Turns turns;
        turns.run([&] { return shown || !find.isLoading(); });
        std::printf("  %-44s %7.2f ms\n", "find: the first place", milliseconds(timer));
        turns.run([&] { return !find.isLoading(); });
        std::printf("  %-44s %7.2f ms, %d places\n", "find: all counted", milliseconds(timer), find.count());
        turns.run([] { return false; }, 200);
        turns.print("turns while it finds");
    }
    view.setFind({});
}

void Bench::thread(int count)
{
    std::printf("a thread of %d messages\n", count);
    ConversationId longOne;
    ConversationId other;
    write([&](Database &db) -> Result<Done> {
        longOne = addThread(db, channel, me, count, someText);
        other = addThread(db, channel, me, count, someText);
        return db.finish(Done{});
    });
    TimelineModel model(*store);
    ThreadView view(model, {}, store->files());
    view.resize(760, 700);
    view.show();
    Turns waiting;
    waiting.run([] { return false; }, 200);
    const auto open = [&](ConversationId id) {
        bool opened = false;
        const auto watch = QObject::connect(&model, &TimelineModel::opened, &view, [&] { opened = true; });
        QElapsedTimer timer;
        timer.start();
        model.open(id);
        Turns turns;
        turns.run([&] { return opened; });
        turns.run([n = 0]() mutable { return n++ > 2; });
        QElapsedTimer paint;
        paint.start();
        view.viewport()->repaint();
        turns.lengths.push_back(milliseconds(paint));
        std::printf("  %-44s %7.2f ms\n", "open until painted", milliseconds(timer));
        turns.run([] { return false; }, 150);
        turns.print("turns while it opens");
        QObject::disconnect(watch);
    };
    for (int i = 0; i < 4; ++i)
        open(i % 2 ? other : longOne);
    jump(view, model, count);
    find(view, other);
    open(other);
    Turns scrolling;
    std::vector<double> frames;
    QScrollBar *bar = view.verticalScrollBar();
    for (int i = 0; i < 1500; ++i) {
        QElapsedTimer frame;
        frame.start();
        bar->setValue(bar->value() - 60);
        bool once = false;
        scrolling.run([&] { return std::exchange(once, true); });
        view.viewport()->repaint();
        frames.push_back(milliseconds(frame));
        QTest::qSleep(2);
    }
    Turns all;
    all.lengths = frames;
    all.print("frames while scrolling up 90,000 pixels");
    std::vector<double> back;
    for (int i = 0; i < 1500; ++i) {
        QElapsedTimer frame;
        frame.start();
        bar->setValue(bar->value() + 60);
        bool once = false;
        scrolling.run([&] { return std::exchange(once, true); });
        view.viewport()->repaint();
        back.push_back(milliseconds(frame));
        QTest::qSleep(2);
    }
    all.lengths = back;
    all.print("frames while scrolling down");
    std::vector<double> resizing;
    for (int i = 0; i < 40; ++i) {
        QElapsedTimer frame;
        frame.start();
        view.resize(760 - i * 5, 700);
        bool once = false;
        scrolling.run([&] { return std::exchange(once, true); });
        view.viewport()->repaint();
        resizing.push_back(milliseconds(frame));
    }
    all.lengths = resizing;
    all.print("frames while the window is resized");
    std::printf("  %-44s %d\n", "cards at the end", view.cardCount());
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    GuiWatchdog watchdog;
    const int conversations = argc > 1 ? QByteArray(argv[1]).toInt() : 150'000;
    const int messages = argc > 2 ? QByteArray(argv[2]).toInt() : 20'000;
    Bench bench;
    if (!bench.start())
        return 1;
    if (messages > 0)
        bench.thread(messages);
    if (conversations > 0)
        bench.list(conversations);
    std::printf("%s, p99 %lld ms, %.1f MB in all\n", qPrintable(watchdog.sentence()),
                static_cast<long long>(watchdog.p99().count()), double(pssKb()) / 1024);
    return 0;
}
