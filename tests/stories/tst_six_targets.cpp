#include "core/store/account_table.h"
#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "support/contract_server.h"
#include "support/recorded_side.h"
#include "support/story_window.h"
#include "support/test_main.h"
#include "ui/models/words.h"
#include "ui/widgets/context_panel.h"
#include "ui/widgets/outbox_page.h"

#include <QtWidgets/QLabel>

#include <algorithm>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// One of the six: its place at the contract server, and what stands in its form beside the fixtures' settings.
struct SixTarget {
    QString connector = {};
    QString name = {};
    QString prefix = {}; ///< of its address there
    QJsonObject settings = {};
    QString creates = {}; ///< what the journal calls the step that makes the task
};

const QList<SixTarget> &sixTargets()
{
    static const QList<SixTarget> all{
        {u"jira"_s, u"Bugs in Jira"_s, {}, {}, u"POST /rest/api/3/issue"_s},
        {u"asana"_s, u"Asana board"_s, u"/api/1.0"_s, {}, u"POST /api/1.0/tasks"_s},
        {u"hubspot"_s,
         u"HubSpot tickets"_s,
         {},
         {{u"stage"_s, u"1"_s}, {u"pipeline"_s, u"0"_s}}, // the contract at hand has no pipelines to read
         u"POST /crm/v3/objects/tickets"_s},
        {u"notion"_s, u"Notion log"_s, {}, {}, u"POST /v1/pages"_s},
        {u"linear"_s, u"Linear team"_s, {}, {}, u"mutation issueCreate"_s},
        {u"monday"_s, u"monday.com desk"_s, {}, {}, u"mutation create_item"_s},
    };
    return all;
}

/// Linear's issue has our key as its id, in the form of version 4.
QString asVersion4(QString key)
{
    key = key.right(36);
    key[14] = u'4';
    return key;
}

QJsonObject withKey(const QJsonObject &body, const QString &recorded, const QString &key)
{
    QByteArray text = QJsonDocument(body).toJson(QJsonDocument::Compact);
    text.replace(recorded.toUtf8(), key.toUtf8());
    text.replace(asVersion4(recorded).toUtf8(), asVersion4(key).toUtf8());
    return QJsonDocument::fromJson(text).object();
}

} // namespace

/// One conversation goes to six targets of six vendors at once, in the real window, to the server that refuses what
/// breaks a vendor's contract. One vendor refuses, one answer is lost: the console says so, each in its own words.
class SixTargetsStory : public QObject, protected StoryWindow {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = ContractServer::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        QVERIFY(m_server.start());
        const CtlResult made = m_desk.ctl({u"init"_s, u"--sample"_s});
        QVERIFY2(made.status == 0, made.err.constData());
        QStringList route{u"routes"_s, u"set"_s, u"Tasks"_s, u"--strategy"_s, u"parallel"_s};
        for (const SixTarget &one : sixTargets()) {
            QVERIFY(m_server.hasLoaded(one.connector));
            addTarget(one);
            if (QTest::currentTestFailed())
                return;
            route << u"--target"_s << one.name;
        }
        const CtlResult routed = m_desk.ctl(route);
        QVERIFY2(routed.status == 0, routed.err.constData());
        openWindow();
    }

    void saysBeforehandWhereTheTaskGoes()
    {
        const QString before = labels();
        QVERIFY2(
            before.contains(
                u"→ A task in each of Bugs in Jira, Asana board, HubSpot tickets, Notion log, Linear team, monday.com desk"_s),
            qPrintable(before));
    }

    void isAcceptedWithOneKey()
    {
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), Qt::Key_Y);
        QTRY_COMPARE_WITH_TIMEOUT(deliveries().size(), size_t(sixTargets().size()), 10000);
        QVERIFY(m_server.clear());
        for (const deliveries::Entry &one : deliveries()) {
            queueAnswers(one);
            if (QTest::currentTestFailed())
                return;
        }
        m_app->startWorking();
    }

    void tellsWhichFourHaveItWhoRefusedItAndWhoseAnswerWasLost()
    {
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(u"Bugs in Jira"_s, DeliveryState::Dead), 30000);
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(u"Asana board"_s, DeliveryState::Failed), 30000);
        for (const char *name : {"HubSpot tickets", "Notion log", "Linear team", "monday.com desk"})
            QTRY_VERIFY_WITH_TIMEOUT(hasEnded(QString::fromLatin1(name), DeliveryState::Sent), 30000);
        QCOMPARE(delivery(u"Bugs in Jira"_s).lastError,
                 u"Jira refuses the request (422): priority: The priority selected is invalid."_s);
        QVERIFY(!delivery(u"Bugs in Jira"_s).everAmbiguous);
        QVERIFY(delivery(u"Asana board"_s).everAmbiguous); // it waits for its look-up
        QTRY_VERIFY(lineOf(u"Bugs in Jira"_s).startsWith(words::deliverySign(DeliveryState::Dead)));
        QTRY_VERIFY(lineOf(u"Asana board"_s).startsWith(words::deliverySign(DeliveryState::Failed)));
        QCOMPARE(
            lineOf(u"Bugs in Jira"_s),
            words::deliverySign(DeliveryState::Dead)
                + u" Not sent and not tried again: Jira refuses the request (422): priority: The priority selected is invalid."_s);
        QVERIFY2(lineOf(u"Asana board"_s).contains(delivery(u"Asana board"_s).lastError), qPrintable(labels()));
        for (const char *name : {"HubSpot tickets", "Notion log", "Linear team", "monday.com desk"})
            QVERIFY2(lineOf(QString::fromLatin1(name)).startsWith(words::deliverySign(DeliveryState::Sent)),
                     qPrintable(labels()));
        // Who refuses has answered: only the one that broke off is away.
        for (const SixTarget &one : sixTargets())
            QTRY_COMPARE(health(one.name), one.connector == u"asana"_s ? Health::Offline : Health::Ok);
        keep(u"six-targets-route"_s);
    }

    void tellsTheSameInTheOutbox()
    {
        m_window->showPage(RailRow::Kind::Outbox);
        auto *page = m_window->findChild<OutboxPage *>();
        QVERIFY(page);
        QTRY_COMPARE(page->model().rowCount(), 2); // what is sent is not open
        const QStringList rows = texts(page->model());
        QVERIFY2(rows.filter(u"Bugs in Jira"_s)
                     .join(u'\n')
                     .contains(u"Jira refuses the request (422): priority: The priority selected is invalid."_s),
                 qPrintable(rows.join(u'\n')));
        QVERIFY2(rows.filter(u"Asana board"_s).join(u'\n').contains(delivery(u"Asana board"_s).lastError),
                 qPrintable(rows.join(u'\n')));
        keep(u"six-targets-outbox"_s);
    }

    void findsTheTaskWhoseAnswerWasLostAndDoesNotMakeItAgain()
    {
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(u"Asana board"_s, DeliveryState::Sent), 60000);
        QCOMPARE(delivery(u"Asana board"_s).externalId, u"9"_s);
        m_window->openConversation(m_conversation);
        QTRY_VERIFY(lineOf(u"Asana board"_s).startsWith(words::deliverySign(DeliveryState::Sent)));
        QVERIFY(hasEnded(u"Bugs in Jira"_s, DeliveryState::Dead));
        keep(u"six-targets-end"_s);
    }

    void askedNobodyAgainstTheContractAndMadeNothingTwice()
    {
        const QJsonArray journal = m_server.journal();
        for (const SixTarget &one : sixTargets()) {
            int created = 0;
            for (const QJsonValue &call : journal) {
                if (call[u"api"_s].toString() == one.connector && isCreation(call.toObject(), one)) {
                    ++created;
                    const QByteArray body = QJsonDocument(call[u"body"_s].toObject()).toJson();
                    QVERIFY2(body.contains(delivery(one.name).key.right(36).toUtf8()), body.constData());
                }
            }
            QVERIFY2(created == 1, qPrintable(u"%1: %2 creations"_s.arg(one.name).arg(created)));
        }
        for (const QJsonValue &call : journal)
            QVERIFY2(call[u"violations"_s].toArray().isEmpty(), QJsonDocument(call.toObject()).toJson().constData());
    }

    void cleanupTestCase()
    {
        closeWindow();
        m_server.stop();
    }

private:
    static CrmFixture fixture(const QString &connector, const QString &name)
    {
        for (const CrmFixture &one : crmFixtures(connector)) {
            if (one.name == name)
                return one;
        }
        return {};
    }

    /// As the fixtures have it, but at the server here.
    void addTarget(const SixTarget &one)
    {
        QJsonObject settings = fixture(one.connector, u"create"_s).given().value(u"settings"_s).toObject();
        for (auto it = one.settings.begin(); it != one.settings.end(); ++it)
            settings.insert(it.key(), it.value());
        settings.insert(u"url"_s, m_server.urlOf(one.connector) + one.prefix);
        settings.insert(u"allow_http"_s, u"true"_s);
        // Long enough to be looked at: until then nobody may look the lost answer up.
        settings.insert(u"deadline_ms"_s, u"12000"_s);
        settings.insert(u"index_lag_ms"_s, u"1000"_s);
        QStringList arguments{u"targets"_s, u"add"_s, one.connector, u"--name"_s, one.name};
        for (auto it = settings.begin(); it != settings.end(); ++it)
            arguments << u"--set"_s << it.key() + u'=' + it.value().toString();
        const CtlResult added = m_desk.ctl(arguments);
        QVERIFY2(added.status == 0, added.err.constData());
        m_desk.writeSecret(one.name + u".token"_s, madeUpSecret(u"token"_s));
    }

    void openWindow()
    {
        showWindow(m_desk, QSize(1500, 1300), std::chrono::milliseconds(1));
        if (QTest::currentTestFailed())
            return;
        const QString uid = m_desk.conversation(u"Desk lamp flickers"_s).value("uid"_L1).toString();
        const auto id = await(
            m_app->store().read([uid](Database &db) -> Result<Conversation> { return conversations::byUid(db, uid); }));
        QVERIFY2(id.ok(), id.ok() ? "" : qPrintable(id.error().message));
        m_conversation = id->id;
        m_window->openConversation(m_conversation);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->triage().canAccept(), 10000);
    }

    /// Puts an answer into the server's queue. It looks at the answer itself, by the vendor's contract.
    void queue(const QString &api, const QString &match, const QJsonObject &more)
    {
        QJsonObject one = more;
        one.insert(u"api"_s, api);
        one.insert(u"match"_s, match);
        const Result<Reply> queued = await(m_server.control("POST", u"/__ctl"_s, one));
        QVERIFY2(queued.ok() && queued->status == 200,
                 queued.ok() ? queued->body.constData() : qPrintable(queued.error().message));
    }

    static QString callOf(const QJsonObject &request)
    {
        const QString operation = request.value(u"operation"_s).toString();
        return operation.isEmpty()
            ? request.value(u"method"_s).toString() + u' ' + request.value(u"path"_s).toString().section(u'?', 0, 0)
            : operation;
    }

    /// What each vendor will answer: as recorded, with this delivery's key.
    void queueAnswers(const deliveries::Entry &entry)
    {
        const QString key = entry.delivery.key;
        const SixTarget one = *std::find_if(sixTargets().begin(), sixTargets().end(),
                                            [&](const SixTarget &two) { return two.name == entry.destination; });
        const CrmFixture create = fixture(one.connector, u"create"_s);
        for (const QJsonValue &exchange : create.dialogue()) {
            const QString call = callOf(exchange[u"request"_s].toObject());
            if (call == u"GET /crm/v3/pipelines/tickets"_s) // not asked with this story's settings
                continue;
            if (one.connector == u"jira"_s && call == one.creates) {
                const CrmFixture refused = fixture(u"jira"_s, u"create_refused"_s);
                queue(one.connector, call,
                      {{u"status"_s, 422}, {u"body"_s, refused.dialogue().last()[u"reply"_s][u"body"_s]}});
            } else if (one.connector == u"asana"_s) {
                queue(one.connector, call, {{u"drop"_s, true}});
                const QJsonObject found = fixture(u"asana"_s, u"lookup_found"_s).dialogue().first().toObject();
                queue(one.connector, u"GET /api/1.0/tasks"_s,
                      {{u"body"_s, withKey(found[u"reply"_s][u"body"_s].toObject(), create.request().key, key)}});
            } else {
                const QJsonObject reply = exchange[u"reply"_s].toObject();
                queue(one.connector, call,
                      {{u"status"_s, reply.value(u"status"_s)},
                       {u"body"_s, withKey(reply.value(u"body"_s).toObject(), create.request().key, key)}});
            }
        }
    }

    static bool isCreation(const QJsonObject &call, const SixTarget &target)
    {
        if (target.creates.startsWith("mutation"_L1))
            return call[u"body"_s][u"query"_s].toString().contains(target.creates.section(u' ', 1) + u'(');
        const QString path = call[u"path"_s].toString().section(u'?', 0, 0);
        return call[u"method"_s].toString() + u' ' + path == target.creates;
    }

    std::vector<deliveries::Entry> deliveries()
    {
        const auto listed = await(m_app->store().read(
            [](Database &db) { return db.finish(deliveries::list(db, deliveries::Filter::All, 100)); }));
        std::vector<deliveries::Entry> ours;
        for (const deliveries::Entry &one : listed ? *listed : std::vector<deliveries::Entry>()) {
            if (one.delivery.conversation == m_conversation && one.delivery.target)
                ours.push_back(one);
        }
        return ours;
    }
    Delivery delivery(const QString &target)
    {
        for (const deliveries::Entry &one : deliveries()) {
            if (one.destination == target)
                return one.delivery;
        }
        return {};
    }
    bool hasEnded(const QString &target, DeliveryState as) { return delivery(target).state == as; }

    Health health(const QString &target)
    {
        const auto all = await(m_app->store().read([](Database &db) { return db.finish(targets::all(db)); }));
        for (const Target &one : all ? *all : std::vector<Target>()) {
            if (one.name == target)
                return one.health;
        }
        return Health::Unknown;
    }

    QStringList visibleLabels() const
    {
        QStringList all;
        for (const QLabel *label : m_window->contextPanel()->findChildren<QLabel *>()) {
            if (label->isVisible())
                all << label->text().remove(QChar(0x200b));
        }
        return all;
    }
    QString labels() const { return visibleLabels().join(u'\n'); }
    /// What the context panel says below "in <target>".
    QString lineOf(const QString &target) const
    {
        const QStringList all = visibleLabels();
        return all.value(all.indexOf(u"in "_s + target) + 1);
    }
    static QStringList texts(const QAbstractItemModel &model)
    {
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model.columnCount(); ++column)
                cells << model.index(row, column).data().toString();
            rows << cells.join(u" | "_s);
        }
        return rows;
    }

    /// In both schemes; with PATCHBAY_SHOTS set to a folder, keeps the pictures for people.
    void keep(const QString &what)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, name] :
             {std::pair(Theme::Scheme::Light, u"light"_s), std::pair(Theme::Scheme::Dark, u"dark"_s)}) {
            m_window->theme().set(scheme);
            QTest::qWait(200); // until what was painted has settled
            const QPixmap picture = m_window->grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty())
                QVERIFY(picture.save(u"%1/%2-%3.png"_s.arg(folder, name, what)));
        }
    }

    ContractServer m_server;
    Desk m_desk;
    ConversationId m_conversation;
};
PATCHBAY_TESTS(SixTargetsStory)

#include "tst_six_targets.moc"
