// How long messages that are made to be hard to lay out hold up the window: prints the longest turn of the event loop
// for the first showing, for all parts and for a resize, each the least of three runs, because other programs hold a
// turn up too. bench_bodies [part of a name]; build it in the preset release.
#include "core/engine/workspace_setup.h"
#include "core/store/account_table.h"
#include "support/await.h"
#include "support/hostile_bodies.h"
#include "support/many_rows.h"
#include "turns.h"
#include "ui/models/timeline_model.h"
#include "ui/widgets/body_view.h"
#include "ui/widgets/thread_view.h"

#include <QtCore/QTemporaryDir>
#include <QtWidgets/QApplication>
#include <QtWidgets/QPushButton>

#include <cstdio>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

class BodyBench {
public:
    bool start()
    {
        StoreOptions options;
        options.location = m_folder.filePath(u"Bench.patchbay"_s);
        options.create = true;
        auto opened = Store::open(options);
        if (!opened)
            return false;
        m_store = std::move(*opened);
        return await(m_store->write([this](Database &db) -> Result<Done> {
                   m_me = operators::forOsUser(db, u"ann"_s, u"Ann"_s).id;
                   Channel mail;
                   mail.connector = u"mail"_s;
                   m_channel = channels::insert(db, mail);
                   return setUpWorkspace(db);
               }))
            .ok();
    }

    struct Longest {
        double first = 1e9;
        double all = 1e9;
        double resize = 1e9;
    };
    void show(const char *name, const char *how, const Body &body)
    {
        Longest least;
        for (int i = 0; i < 3; ++i)
            showOnce(body, &least);
        const double longest = std::max({least.first, least.all, least.resize});
        std::printf("%-40s %-9s first %8.1f  all %8.1f  resize %8.1f ms%s\n", name, how, least.first, least.all,
                    least.resize, longest > 50 ? "  OVER" : "");
        std::fflush(stdout);
    }

private:
    void showOnce(const Body &body, Longest *least)
    {
        const auto made = await(m_store->write([&](Database &db) -> Result<ConversationId> {
            const ConversationId id = addThread(
                db, m_channel, m_me, 1, [](int) { return QString(); }, body);
            return db.finish(id);
        }));
        if (!made)
            return;
        TimelineModel model(*m_store);
        ThreadView view(model, {}, m_store->files());
        view.resize(760, 700);
        view.show();
        Turns first;
        first.run([] { return false; }, 30);
        first.lengths.clear();
        bool opened = false;
        QObject::connect(&model, &TimelineModel::opened, &view, [&] { opened = true; });
        model.open(*made);
        first.run([&] { return opened; });
        first.run([] { return false; }, 60);
        BodyView *shown = view.card(0)->body();
        Turns all;
        bool complete = !shown->hasMore();
        QObject::connect(shown, &BodyView::allShown, &view, [&] { complete = true; });
        for (int part = 0; shown && !complete && part < 200; ++part) {
            shown->showAll();
            all.run([&] { return complete; });
        }
        all.run([] { return false; }, 60);
        Turns resize;
        QElapsedTimer resizing;
        resizing.start();
        view.resize(600, 700);
        resize.lengths.push_back(milliseconds(resizing));
        resize.run([] { return false; }, 400);
        least->first = std::min(least->first, first.longest());
        least->all = std::min(least->all, all.longest());
        least->resize = std::min(least->resize, resize.longest());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Store> m_store;
    OperatorId m_me;
    ChannelId m_channel;
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    BodyBench bench;
    if (!bench.start())
        return 1;
    bench.show("an ordinary message", "warm", bodyFromText(u"Where is my parcel?"_s, false));
    for (const HostileBody &hostile : hostileBodies()) {
        if (argc > 1 && !QByteArray(hostile.name).contains(argv[1]))
            continue;
        bench.show(hostile.name, "received", bodyOf(hostile));
        if (hostile.html.isEmpty())
            bench.show(hostile.name, "stored", unboundedBodyOf(hostile));
    }
    return 0;
}
