#include "connectors/import_bench.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// A chat of two; apostrophes stand for quotation marks.
const QByteArray oneChat =
    QByteArray(
        "{'name': 'Ana Silva', 'type': 'personal_chat', 'id': 4815162342, 'messages': ["
        "{'id': 1, 'type': 'message', 'date': '2024-03-12T10:11:12', 'date_unixtime': '1710238272', 'from': 'Ana "
        "Silva',"
        " 'from_id': 'user4815162342', 'text': ['Look at ', {'type': 'link', 'text': 'https://example.org'}, ' and ',"
        " {'type': 'bold', 'text': 'hurry'}, {'type': 'text_link', 'text': 'bank.example', 'href': "
        "'https://evil.example/'}]},"
        "{'id': 2, 'type': 'message', 'date': '2024-03-12T10:12:12', 'date_unixtime': '1710238332', 'from': 'Support',"
        " 'edited': '2024-03-12T10:13:00', 'from_id': 'user7', 'reply_to_message_id': 1, 'text': 'We do'},"
        "{'id': 3, 'type': 'service', 'date_unixtime': '1710238400', 'actor': 'Ana Silva', 'actor_id': "
        "'user4815162342',"
        " 'action': 'phone_call', 'discard_reason': 'missed', 'text': ''},"
        "{'id': 4, 'type': 'message', 'date_unixtime': '1710238500', 'from': 'Ana Silva', 'from_id': 'user4815162342',"
        " 'photo': 'photos/photo_1.jpg', 'text': ''},"
        "{'id': 5, 'type': 'message', 'date_unixtime': '1710238501', 'from': 'Ana Silva', 'from_id': 'user4815162342',"
        " 'file': '(File not included. Change data exporting settings to download.)', 'file_name': 'a.pdf', 'text': "
        "'see'},"
        "{'id': 6, 'type': 'message', 'date_unixtime': '1710238502', 'from': null, 'from_id': 'user4815162342',"
        " 'file': '../../secret.txt', 'text': 'steal'}]}")
        .replace('\'', '"');

} // namespace

/// result.json of Telegram Desktop, one chat and everything.
class ImportTelegram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOneChatWithItsTextItsFilesAndWhoWroteIt()
    {
        ImportBench bench;
        bench.write(u"export/photos/photo_1.jpg"_s, "jpeg bytes");
        bench.write(u"secret.txt"_s, "a password");
        const QString path = bench.write(u"export/result.json"_s, oneChat);
        QCOMPARE(bench.recognised(path), u"telegram"_s);
        QCOMPARE(bench.recognised(bench.path(u"export"_s)), u"telegram"_s);
        const auto all = bench.messages(u"telegram"_s, path);
        QCOMPARE(all.size(), size_t(6));
        QCOMPARE(all[0].externalId, u"telegram:4815162342:1"_s);
        QCOMPARE(all[0].threadKey, u"telegram:4815162342"_s);
        QCOMPARE(all[0].providerAt.us, 1710238272ll * 1000000);
        QCOMPARE(all[0].from.name, u"Ana Silva"_s);
        QVERIFY(!all[0].fromSelf);
        QVERIFY(all[0].text.startsWith(u"Look at https://example.org and hurrybank.example"_s));
        QVERIFY2(all[0].text.contains(u"evil.example"_s), "a link that lies is shown with its real host");
        QVERIFY(all[1].fromSelf); // in a chat of two whoever is not the other one is us
        QCOMPARE(all[1].to, QStringList{u"\"Ana Silva\" <user4815162342@telegram>"_s});
        QCOMPARE(all[1].references, QStringList{u"telegram:4815162342:1"_s});
        QVERIFY(all[1].body.notice.contains(u"Edited"_s));
        QVERIFY(all[2].automatic);
        QCOMPARE(all[2].text, u"phone call: missed"_s);
        QCOMPARE(all[3].attachments.size(), size_t(1));
        QCOMPARE(all[3].attachments[0].bytes, QByteArray("jpeg bytes"));
        QVERIFY(all[4].attachments.empty() && all[4].body.notice.contains(u"not included"_s));
        QVERIFY(all[5].attachments.empty() && all[5].body.notice.contains(u"leads out"_s));
    }

    void readsAFullExportAndKnowsItsOwner()
    {
        ImportBench bench;
        const QString path =
            bench.write(u"result.json"_s,
                        "{\"about\": \"Here is the data you requested.\","
                        "\"personal_information\": {\"user_id\": 7, \"first_name\": \"Sam\"}, \"contacts\": {\"list\": "
                        "[{\"first_name\": \"x\"}]},"
                        "\"chats\": {\"about\": \"\", \"list\": ["
                        "{\"name\": \"Team\", \"type\": \"private_supergroup\", \"id\": 99, \"messages\": ["
                        "{\"id\": 1, \"type\": \"message\", \"date_unixtime\": \"1710238272\", \"from\": \"Ben\", "
                        "\"from_id\": \"user8\", \"text\": \"hi\"},"
                        "{\"id\": 2, \"type\": \"message\", \"date_unixtime\": \"1710238273\", \"from\": \"Sam\", "
                        "\"from_id\": \"user7\", \"text\": \"hello\"}]},"
                        "{\"type\": \"saved_messages\", \"id\": 7, \"messages\": ["
                        "{\"id\": 1, \"type\": \"message\", \"date_unixtime\": \"1710238274\", \"from\": \"Sam\", "
                        "\"from_id\": \"user7\", \"text\": \"note\"}]}]},"
                        "\"left_chats\": {\"list\": []}}");
        const auto all = bench.messages(u"telegram"_s, path);
        QCOMPARE(all.size(), size_t(3));
        QVERIFY(!all[0].fromSelf && all[1].fromSelf && all[2].fromSelf);
        QCOMPARE(all[0].subject, u"Team"_s);
        QCOMPARE(all[2].externalId, u"telegram:7:1"_s);
    }

    void knowsUsInAGroupByTheNameThatAPersonGave()
    {
        ImportBench bench;
        const QString path = bench.write(u"result.json"_s,
                                         "{\"name\": \"Team\", \"type\": \"private_group\", \"id\": 5, \"messages\": ["
                                         "{\"id\": 1, \"type\": \"message\", \"date_unixtime\": \"1710238272\", "
                                         "\"from\": \"Sam\", \"from_id\": \"user7\", \"text\": \"hi\"}]}");
        QVERIFY(!bench.messages(u"telegram"_s, path).at(0).fromSelf);
        QVERIFY(bench.messages(u"telegram"_s, path, {{u"own"_s, u"sam"_s}}).at(0).fromSelf);
    }

    void refusesTheWrongKindOfExportWithASentence_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("contacts only") << QByteArray(
            "{\"personal_information\": {\"user_id\": 1}, \"contacts\": {\"list\": []}}")
                                       << u"no messages"_s;
        QTest::newRow("HTML") << QByteArray("<!DOCTYPE html><html><head><title>Exported Data</title></head>")
                              << u"Machine-readable"_s;
        QTest::newRow("a list") << QByteArray("[1, 2]") << u"result.json"_s;
    }

    void refusesTheWrongKindOfExportWithASentence()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        ImportBench bench;
        QVERIFY(bench.read(u"telegram"_s, bench.write(u"result.json"_s, bytes)).empty());
        QVERIFY2(bench.failure.contains(says), qPrintable(bench.failure));
    }

    void setsBrokenMessagesAsideAndGoesOn()
    {
        ImportBench bench;
        const QString head = u"{\"name\": \"A\", \"type\": \"personal_chat\", \"id\": 1, \"messages\": ["_s;
        const QByteArray good = "{\"id\": 9, \"type\": \"message\", \"date_unixtime\": \"4294967296\", \"from\": "
                                "\"A\", \"from_id\": \"user1\", \"text\": \"later\"}";
        const QByteArray path = head.toUtf8()
            + "{\"id\": 1, \"text\": {\"no\": 1}}, {\"id\": 2, \"text\": \"\\xff\"}, {\"text\": \"no id\"}, 17,"
            + "{\"id\": 3, \"text\": \"\xff\xfe\"}, {\"id\": 4, \"id\": 4}, " + good + "]}";
        const auto items = bench.read(u"telegram"_s, bench.write(u"result.json"_s, path));
        QCOMPARE(items.size(), size_t(7));
        for (size_t i = 0; i < 6; ++i)
            QVERIFY2(!items[i].message.ok(), qPrintable(QString::number(i)));
        QVERIFY(items[6].message.ok());
        QCOMPARE(items[6].message->providerAt.us, 4294967296ll * 1000000); // 2106
        const QStringList keys = ImportBench::keys(items);
        QCOMPARE(QSet<QString>(keys.begin(), keys.end()).size(), qsizetype(7));
        for (const QString &key : keys)
            QVERIFY(key.startsWith(u"telegram:"_s));
    }

    void keepsWhatIsThereOfATruncatedExport()
    {
        for (qsizetype length = oneChat.indexOf("\"id\": 2"); length < oneChat.size(); length += 97) {
            ImportBench bench;
            const auto items = bench.read(u"telegram"_s, bench.write(u"result.json"_s, oneChat.left(length)));
            QVERIFY(bench.failure.isEmpty());
            QVERIFY(items.size() >= 2 && items.size() <= 6);
            QVERIFY(items.front().message.ok());
        }
    }

    void cutsAMessageThatIsLargerThanItsBound()
    {
        ImportBench bench;
        const QByteArray huge(6 * 1024 * 1024, 'x');
        const QByteArray json =
            "{\"name\": \"A\", \"type\": \"personal_chat\", \"id\": 1, \"messages\": [{\"id\": 1, \"text\": \"" + huge
            + "\"}, {\"id\": 2, \"date_unixtime\": \"1\", \"from\": \"A\", \"from_id\": \"user1\", \"text\": "
              "\"small\"}]}";
        const auto items = bench.read(u"telegram"_s, bench.write(u"result.json"_s, json));
        QCOMPARE(items.size(), size_t(2));
        QVERIFY(items[0].raw.raw.size() < 5 * 1024 * 1024);
        QVERIFY2(!items[0].message.ok() && items[0].message.error().message.contains(u"larger"_s),
                 "cut without a word");
        QCOMPARE(items[1].message->text, u"small"_s);
    }

    void takesDirectionMarksOutOfNames()
    {
        ImportBench bench;
        const QString path = bench.write(
            u"result.json"_s,
            QString(
                u"{\"name\": \"A\u202Egpj.exe\", \"type\": \"private_group\", \"id\": 1, \"messages\": ["
                "{\"id\": 1, \"from\": \"Eve\u202Emoc\", \"from_id\": \"user3\", \"date_unixtime\": \"5\", \"text\": \"x\"}]}"_s)
                .toUtf8());
        const auto all = bench.messages(u"telegram"_s, path);
        QCOMPARE(all.at(0).from.name, u"Evemoc"_s);
        QCOMPARE(all.at(0).subject, u"Agpj.exe"_s);
    }

    void readsNoFileThroughALinkThatLeadsOut()
    {
        ImportBench bench;
        bench.write(u"secret.txt"_s, "a password");
        QDir().mkpath(bench.path(u"export/files"_s));
        QVERIFY(QFile::link(bench.path(u"secret.txt"_s), bench.path(u"export/files/a.txt"_s)));
        QVERIFY(QFile::link(bench.path(QString()), bench.path(u"export/out"_s)));
        const QString path = bench.write(
            u"export/result.json"_s,
            "{\"name\": \"A\", \"type\": \"private_group\", \"id\": 1, \"messages\": ["
            "{\"id\": 1, \"from_id\": \"user3\", \"date_unixtime\": \"5\", \"file\": \"files/a.txt\", \"text\": \"x\"},"
            "{\"id\": 2, \"from_id\": \"user3\", \"date_unixtime\": \"5\", \"file\": \"out/secret.txt\", \"text\": "
            "\"x\"},"
            "{\"id\": 3, \"from_id\": \"user3\", \"date_unixtime\": \"5\", \"file\": \"files\", \"text\": \"x\"},"
            "{\"id\": 4, \"from_id\": \"user3\", \"date_unixtime\": \"5\", \"file\": \"/etc/passwd\", \"text\": "
            "\"x\"}]}");
        for (const InboundMessage &message : bench.messages(u"telegram"_s, path)) {
            QVERIFY(message.attachments.empty());
            QVERIFY(!message.body.notice.isEmpty());
        }
    }
};
PATCHBAY_TESTS(ImportTelegram)

#include "tst_import_telegram.moc"
