#include "core/engine/model_commands.h"
#include "core/engine/models.h"
#include "core/engine/outbox.h"
#include "core/store/backup.h"
#include "core/store/question_table.h"
#include "support/await.h"
#include "support/care_desk.h"
#include "support/scripted_model.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

class NothingSecret final : public SecretStore {
public:
    Async<Result<std::optional<QString>>> read(SecretKey) override { co_return std::optional<QString>(); }
    Async<Result<Done>> write(SecretKey, QString) override { co_return Done{}; }
    Async<Result<Done>> remove(SecretKey) override { co_return Done{}; }
    QString limitation() const override { return {}; }
};

/// A desk whose workspace asks a scripted model by itself.
struct ModelCare : CareDesk {
    ScriptedModel far = {};
    NothingSecret secrets = {};
    std::unique_ptr<ModelCommands> models = {};
    std::unique_ptr<Models> live = {};

    explicit ModelCare(const StorePlace &place)
        : CareDesk(place)
    {
        catalog.models = {far.info()};
        models = std::make_unique<ModelCommands>(*store, catalog, snapshots, person);
        const QJsonObject settings{{u"price_input"_s, u"3"_s}, {u"price_output"_s, u"15"_s}};
        (void)await(models->add(u"scripted"_s, u"Second"_s, settings));
        ModelPolicy policy;
        policy.allowed = policy.automatic = true;
        policy.budget = {1'000'000'000};
        (void)await(models->setPolicy(policy));
        live = std::make_unique<Models>(*store, catalog, secrets, snapshots);
        (void)await(live->load());
    }
    Result<Done> work()
    {
        Outbox outbox(
            *store, [this](const Delivery &delivery) { return live->live(delivery); }, u"test"_s, OutboxLimits{},
            [] { return 0.5; });
        return await(outbox.runOnce());
    }
    std::vector<questions::Shown> asked()
    {
        return run([id = only().id](Database &db) { return questions::ofConversation(db, id, 9); });
    }
    QString category()
    {
        for (const Category &one : run([](Database &db) { return categories::all(db); })) {
            if (!one.isUnsorted)
                return one.name;
        }
        return {};
    }
};

} // namespace

/// Remote models in a workspace's whole life: what comes in, a person's export, a backup. On both databases.
class TestModelCare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void asksWithTheMessageThatTheLocalModelAbstainsFrom()
    {
        PATCHBAY_STORE_PLACE(place);
        ModelCare desk(place);
        QVERIFY(desk.take(desk.mail(u"1"_s, u"zoe@example.org"_s, u""_s, u"Zzyzx qwrt plugh"_s)).ok());
        QVERIFY(desk.suggestion(desk.only().id)->classification.abstained);
        QCOMPARE(desk.asked().size(), size_t(1));
        QVERIFY(desk.asked().front().question.automatic && desk.asked().front().isWaiting());
        desk.far.says(u"{\"category\":\"%1\",\"reason\":\"\"}"_s.arg(desk.category()));
        QVERIFY(desk.work().ok());
        QVERIFY2(desk.asked().front().question.isAnswered(), qPrintable(desk.asked().front().error));
        const auto now = desk.suggestion(desk.only().id);
        QCOMPARE(now->version, 2);
        QCOMPARE(now->classification.source, ClassificationSource::RemoteModel);
        QCOMPARE(desk.categoryName(desk.only().category), desk.category());
        const Result<ModelMeter> meter = await(desk.models->meter());
        QCOMPARE(meter->usage.size(), size_t(1));
        QCOMPARE(moneyText(meter->committed), u"0.0006"_s); // 100 tokens at 3 and 20 at 15 a million
    }

    void asksNothingAboutHistoryOrWhatTheLocalModelKnows()
    {
        PATCHBAY_STORE_PLACE(place);
        ModelCare desk(place);
        QVERIFY(desk.take({desk.mail(u"1"_s, u"zoe@example.org"_s, u""_s, u"Zzyzx qwrt plugh"_s)}, true).ok());
        QVERIFY(desk.take(desk.mail(u"2"_s, u"bob@example.org"_s, u"Refund"_s,
                                    u"Please refund the invoice, my card was charged twice for one payment"_s))
                    .ok());
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM question"), 0);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM delivery"), 0);
    }

    void exportsWhatLeftAndForgetsItWithThePerson()
    {
        PATCHBAY_STORE_PLACE(place);
        ModelCare desk(place);
        QVERIFY(desk.take(desk.mail(u"1"_s, u"zoe@example.org"_s, u""_s, u"Zzyzx, call 030 1234567"_s)).ok());
        desk.far.says(u"{\"category\":\"%1\",\"reason\":\"Zzyzx\"}"_s.arg(desk.category()));
        QVERIFY(desk.work().ok());
        QTemporaryDir folder;
        const QString to = folder.filePath(u"zoe"_s);
        const auto exported = await(desk.data->exportTo(desk.contact(u"zoe@example.org"_s), to));
        QVERIFY2(exported.ok(), exported.ok() ? "" : qPrintable(exported.error().message));
        QFile file(to + u"/data.json"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject call =
            QJsonDocument::fromJson(file.readAll()).object().value("model_calls"_L1).toArray().first().toObject();
        QCOMPARE(call.value("host"_L1).toString(), u"models.example"_s);
        QVERIFY(call.value("text"_L1).toString().contains(u"Zzyzx, call [phone 1]"_s));
        QCOMPARE(call.value("answer"_L1)["reason"_L1].toString(), u"Zzyzx"_s);

        QVERIFY(desk.erase(u"zoe@example.org"_s).ok());
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM question"), 0);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM delivery"), 0);
        QCOMPARE(desk.rows("SELECT COUNT(*) FROM model_call WHERE sent_text = '' AND sha256 = '' AND external_id = '' "
                           "AND conversation_id IS NULL AND question_id IS NULL AND cost > 0"),
                 1);
    }

    void cancelsAQuestionThatWaitsWhenThePersonGoes()
    {
        PATCHBAY_STORE_PLACE(place);
        ModelCare desk(place);
        QVERIFY(desk.take(desk.mail(u"1"_s, u"zoe@example.org"_s, u""_s, u"Zzyzx qwrt plugh"_s)).ok());
        QVERIFY(desk.asked().front().isWaiting());
        QVERIFY(desk.erase(u"zoe@example.org"_s).ok());
        QVERIFY(desk.work().ok());
        QVERIFY(desk.far.asked.empty());
    }

    void asksNothingOutOfABackup()
    {
        QFETCH_GLOBAL(QString, dialect);
        if (dialect != u"sqlite"_s)
            QSKIP("a server's workspace is backed up by its own tools");
        StorePlace place(dialect);
        ModelCare desk(place);
        QVERIFY(desk.take(desk.mail(u"1"_s, u"zoe@example.org"_s, u""_s, u"Zzyzx qwrt plugh"_s)).ok());
        QTemporaryDir folder;
        QVERIFY(await(backup(*desk.store, folder.filePath(u"copy"_s))).ok());
        const QString to = folder.filePath(u"Restored.patchbay"_s);
        const auto restored = restoreBackup(folder.filePath(u"copy"_s), to, &desk.clock);
        QVERIFY2(restored.ok(), restored.ok() ? "" : qPrintable(restored.error().message));
        QCOMPARE(restored->deliveries, 0); // nothing that a person would have to settle
        StoreOptions options;
        options.location = to;
        options.clock = &desk.clock;
        auto opened = Store::open(options);
        QVERIFY(opened.ok());
        const auto states = answer((*opened)->read(
            [](Database &db) -> Result<QString> { return db.finish(db.row("SELECT state FROM delivery")->text(0)); }));
        QCOMPARE(*states, u"cancelled"_s);
    }
};

PATCHBAY_TESTS(TestModelCare)
#include "tst_model_care.moc"
