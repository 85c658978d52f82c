#include "connectors/import_bench.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QByteArray chatwootList =
    "{\"data\": {\"meta\": {\"all_count\": 1}, \"payload\": ["
    "{\"meta\": {\"sender\": {\"id\": 7, \"name\": \"Ann\", \"email\": \"ann@example.org\"}, \"channel\": "
    "\"Channel::Email\"},"
    "\"id\": 5, \"additional_attributes\": {\"mail_subject\": \"A lamp\"},"
    "\"messages\": ["
    "{\"id\": 42, \"content\": \"It flickers\", \"conversation_id\": 5, \"message_type\": 0, \"created_at\": "
    "1710238272, \"private\": false,"
    "\"sender\": {\"id\": 7, \"name\": \"Ann\", \"email\": \"ann@example.org\", \"type\": \"contact\"}},"
    "{\"id\": 43, \"content\": \"We look\", \"conversation_id\": 5, \"message_type\": 1, \"created_at\": 1710238273, "
    "\"private\": false,"
    "\"sender\": {\"id\": 2, \"name\": \"Sam\", \"type\": \"user\"}, \"attachments\": [{\"id\": 1, \"data_url\": "
    "\"https://x.example/a/b.png\"}]},"
    "{\"id\": 44, \"content\": \"a rude one\", \"conversation_id\": 5, \"message_type\": 1, \"created_at\": "
    "1710238274, \"private\": true,"
    "\"sender\": {\"id\": 2, \"name\": \"Sam\", \"type\": \"user\"}},"
    "{\"id\": 45, \"content\": \"Conversation was marked resolved by Sam\", \"conversation_id\": 5, \"message_type\": "
    "2, \"created_at\": 1710238275}],"
    "\"inbox_id\": 2, \"status\": \"resolved\"}]}}";

const QByteArray zammadTickets =
    "[{\"id\": 3, \"number\": \"67003\", \"title\": \"A lamp\", \"customer_id\": 9, \"customer\": "
    "\"nicole@example.org\","
    "\"articles\": ["
    "{\"id\": 6, \"ticket_id\": 3, \"sender\": \"Customer\", \"from\": \"Nicole Braun <nicole@example.org>\", \"to\": "
    "\"Support\", \"subject\": \"A lamp\","
    "\"content_type\": \"text/html\", \"body\": \"<b>It</b> flickers<script>alert(1)</script>\", \"internal\": false,"
    "\"created_at\": \"2021-11-08T14:21:12.573Z\", \"attachments\": [{\"id\": 1, \"filename\": \"lamp.png\", \"size\": "
    "\"5\"}]},"
    "{\"id\": 7, \"ticket_id\": 3, \"sender_id\": 1, \"from\": \"Sam via Support <support@example.org>\", \"to\": "
    "\"nicole@example.org\","
    "\"content_type\": \"text/plain\", \"body\": \"We look\", \"internal\": false, \"created_at\": "
    "\"2021-11-08T14:22:12Z\"},"
    "{\"id\": 8, \"ticket_id\": 3, \"sender\": \"Agent\", \"from\": \"Sam\", \"content_type\": \"text/plain\", "
    "\"body\": \"rude\", \"internal\": true,"
    "\"created_by_id\": 4, \"created_at\": \"2021-11-08T14:23:12Z\"}]}]";

} // namespace

/// What Chatwoot's and Zammad's APIs answer, saved as files.
class ImportHelpdesk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsChatwootConversations()
    {
        ImportBench bench;
        const QString path = bench.write(u"conversations.json"_s, chatwootList);
        QCOMPARE(bench.recognised(path), u"chatwoot"_s);
        const auto all = bench.messages(u"chatwoot"_s, path);
        QCOMPARE(all.size(), size_t(4));
        QCOMPARE(all[0].externalId, u"chatwoot:5:42"_s);
        QCOMPARE(all[0].from.address, u"ann@example.org"_s);
        QCOMPARE(all[0].subject, u"A lamp"_s);
        QCOMPARE(all[0].providerAt.us, 1710238272ll * 1000000);
        QVERIFY(!all[0].fromSelf && all[1].fromSelf);
        QCOMPARE(all[1].to, QStringList{u"\"Ann\" <ann@example.org>"_s});
        QVERIFY(all[1].body.notice.contains(u"b.png"_s));
        QVERIFY(all[2].body.notice.contains(u"never sent"_s)); // nobody may take it for an answer
        QVERIFY(all[3].automatic && all[3].fromSelf);
    }

    void readsTheMessagesOfOneChatwootConversationAndOneObjectALine()
    {
        ImportBench bench;
        const QByteArray one = "{\"id\": \"1\", \"content\": \"Hi\", \"conversation_id\": 6, \"message_type\": "
                               "\"incoming\", \"created_at\": \"2020-03-03 13:05:57 UTC\"}";
        const auto single = bench.messages(
            u"chatwoot"_s, bench.write(u"a.json"_s, "{\"meta\": {\"labels\": []}, \"payload\": [" + one + "]}"));
        QCOMPARE(single.size(), size_t(1));
        QCOMPARE(single[0].externalId, u"chatwoot:6:1"_s);
        QCOMPARE(single[0].providerAt.toDateTime().toString(Qt::ISODate), u"2020-03-03T13:05:57Z"_s);
        const auto lines = bench.messages(u"chatwoot"_s, bench.write(u"b.jsonl"_s, one + "\n" + one + "\n"));
        QCOMPARE(lines.size(), size_t(2));
    }

    void readsZammadTickets()
    {
        ImportBench bench;
        const QString path = bench.write(u"tickets.json"_s, zammadTickets);
        QCOMPARE(bench.recognised(path), u"zammad"_s);
        const auto all = bench.messages(u"zammad"_s, path);
        QCOMPARE(all.size(), size_t(3));
        QCOMPARE(all[0].externalId, u"zammad:3:6"_s);
        QCOMPARE(all[0].from.address, u"nicole@example.org"_s);
        QCOMPARE(all[0].text, u"It flickers"_s);
        QVERIFY(all[0].body.notice.contains(u"lamp.png"_s));
        QVERIFY(!all[0].fromSelf && all[1].fromSelf && all[2].fromSelf);
        QCOMPARE(all[1].to, QStringList{u"<nicole@example.org>"_s});
        QCOMPARE(all[2].to,
                 QStringList{u"<nicole@example.org>"_s}); // a note has no recipient; the ticket has a customer
        QVERIFY(all[2].body.notice.contains(u"never sent"_s));
    }

    void readsZammadArticlesByThemselvesAndAmongAssets()
    {
        ImportBench bench;
        const QByteArray article =
            "{\"id\": 6, \"ticket_id\": 3, \"sender\": \"Customer\", \"from\": \"Nicole <n@example.org>\", "
            "\"subject\": \"Lamp\", \"body\": \"x\", \"created_at\": \"2021-11-08T14:21:12Z\"}";
        QCOMPARE(bench.messages(u"zammad"_s, bench.write(u"a.json"_s, "[" + article + "]")).at(0).externalId,
                 u"zammad:3:6"_s);
        const auto assets =
            bench.messages(u"zammad"_s,
                           bench.write(u"b.json"_s,
                                       "{\"ticket_id\": 3, \"ticket_article_ids\": [6], \"assets\": {\"User\": {\"1\": "
                                       "{\"id\": 1, \"email\": \"x\"}}, \"TicketArticle\": {\"6\": "
                                           + article + "}}}"));
        QCOMPARE(assets.size(), size_t(1));
        QCOMPARE(assets[0].subject, u"Lamp"_s);
    }

    void saysWhenThereIsNothingInTheFile()
    {
        ImportBench bench;
        for (const QByteArray &bytes : {QByteArray("{}"), QByteArray("[]"), QByteArray("nonsense"), QByteArray(),
                                        QByteArray("]]]"), QByteArray(5000, '[')}) {
            const QString path = bench.write(u"x.json"_s, bytes);
            for (const QString &id : {u"chatwoot"_s, u"zammad"_s}) {
                QVERIFY(bench.read(id, path).empty());
                QVERIFY2(bench.failure.contains(u"no messages"_s), qPrintable(bench.failure));
            }
        }
    }

    void keepsWhatIsThereOfATruncatedExport()
    {
        for (const auto &[id, whole] :
             {std::pair(u"chatwoot"_s, chatwootList), std::pair(u"zammad"_s, zammadTickets)}) {
            for (qsizetype length = whole.size() * 3 / 4; length < whole.size(); length += 61) {
                ImportBench bench;
                const auto items = bench.read(id, bench.write(u"x.json"_s, whole.left(length)));
                QVERIFY(!items.empty() && items.front().message.ok());
                QVERIFY(bench.failure.isEmpty());
            }
        }
    }
};
PATCHBAY_TESTS(ImportHelpdesk)

#include "tst_import_helpdesk.moc"
