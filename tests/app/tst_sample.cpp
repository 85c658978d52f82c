#include "app/application.h"
#include "app/sample/sample.h"
#include "core/store/conversation_table.h"
#include "core/store/raw_message_table.h"
#include "core/store/task_table.h"

#include "support/await.h"
#include "support/test_main.h"

#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace Qt::StringLiterals;
using patchbay::tests::await;

namespace {

Result<std::unique_ptr<Application>> openDesk(const QTemporaryDir &folder, bool sample)
{
    ApplicationOptions options;
    options.location = folder.filePath(u"desk.patchbay"_s);
    options.secretsFolder = folder.path();
    options.name = u"Desk"_s;
    options.create = true;
    options.sample = sample;
    Result<std::unique_ptr<Application>> opened = makeError(Error::Kind::Timeout, u"not opened"_s);
    AsyncScope scope;
    QFuture<Result<std::unique_ptr<Application>>> opening = scope.run(Application::open(options));
    if (!QTest::qWaitFor([&] { return opening.isFinished(); }, 20000))
        return opened;
    return opening.takeResult();
}

} // namespace

class SampleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fillsADeskInFourLanguagesThroughTheIntake()
    {
        QTemporaryDir folder;
        auto app = openDesk(folder, true);
        QVERIFY2(app.ok(), app.ok() ? "" : qPrintable(app.error().message));
        const Result<int> filled = await(fillSampleWorkspace(app->get()), std::chrono::seconds(60));
        QVERIFY2(filled.ok(), filled.ok() ? "" : qPrintable(filled.error().message));

        auto look = [](Database &db) -> Result<std::vector<conversations::Summary>> {
            std::vector<ConversationId> ids;
            for (const auto &one : conversations::ordered(db, conversations::View::All, OperatorId{}))
                ids.push_back(one.id);
            return db.finish(conversations::summaries(db, OperatorId{}, ids));
        };
        const auto rows = await((*app)->store().read(look));
        QVERIFY(rows.ok());
        QCOMPARE(rows->size(), size_t(37));
        QSet<QString> languages;
        QSet<QString> categories;
        int suggested = 0;
        for (const auto &row : *rows) {
            languages.insert(row.conversation.language);
            categories.insert(row.categoryName);
            suggested += row.hasPendingSuggestion;
        }
        for (const char *language : {"en", "ru", "pt", "zh"})
            QVERIFY2(languages.contains(QLatin1String(language)), language);
        QVERIFY2(categories.size() >= 6, qPrintable(QStringList(categories.values()).join(u' ')));
        QVERIFY(suggested > 20);

        auto count = [](Database &db) -> Result<raw_messages::Counters> { return db.finish(raw_messages::kept(db)); };
        const auto counters = await((*app)->store().read(count));
        QVERIFY(counters.ok() && counters->addsUp());
        QCOMPARE(counters->visible, *filled);
        auto taskCount = [](Database &db) -> Result<int> { return db.finish(int(local_tasks::list(db, true, 10).size())); };
        QCOMPARE(*await((*app)->store().read(taskCount)), 1);
    }

    void refusesToPutSampleRowsIntoARealWorkspace()
    {
        QTemporaryDir folder;
        auto app = openDesk(folder, false);
        QVERIFY(app.ok());
        QVERIFY(!await(fillSampleWorkspace(app->get())).ok());
    }
};
PATCHBAY_TESTS(SampleTest)

#include "tst_sample.moc"
