#include "connectors/import_bench.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

const QJsonObject inUtc{{u"time_zone"_s, u"UTC"_s}};

QString whenOf(const InboundMessage &message) { return message.providerAt.toDateTime().toString(Qt::ISODate); }

} // namespace

/// Exported WhatsApp chats of several phones and languages.
class ImportWhatsapp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheLinesOfManyLocales_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("when");
        const auto row = [](const char *name, const QString &line, const char *when) {
            QTest::newRow(name) << line << QString::fromLatin1(when);
        };
        row("iOS, 24 hours", u"[12/03/24, 10:11:12] Ana: Hi"_s, "2024-03-12T10:11:12Z");
        row("Android, German", u"12.03.24, 10:11 - Ana: Hi"_s, "2024-03-12T10:11:00Z");
        row("Android, American", u"3/12/24, 10:11 PM - Ana: Hi"_s, "2024-03-12T22:11:00Z");
        row("narrow blank before PM", u"3/12/24, 10:11\u202FPM - Ana: Hi"_s, "2024-03-12T22:11:00Z");
        row("iOS, American", u"[3/12/24, 12:11:12\u202FAM] Ana: Hi"_s, "2024-03-12T00:11:12Z");
        row("British, small letters", u"12/03/2024, 10:11 pm - Ana: Hi"_s, "2024-03-12T22:11:00Z");
        row("Spanish", u"12/3/24, 10:11 p.\u00A0m. - Ana: Hi"_s, "2024-03-12T22:11:00Z");
        row("French", u"12/03/2024 à 10:11 - Ana: Hi"_s, "2024-03-12T10:11:00Z");
        row("Dutch", u"12-03-2024 10:11 - Ana: Hi"_s, "2024-03-12T10:11:00Z");
        row("Brazilian", u"12/03/2024 10:11 - Ana: Hi"_s, "2024-03-12T10:11:00Z");
        row("Hungarian", u"2024. 03. 12. 10:11 - Ana: Hi"_s, "2024-03-12T10:11:00Z");
        row("Chinese", u"2024/3/12 下午10:11 - Ana: Hi"_s, "2024-03-12T22:11:00Z");
        row("Finnish", u"12.3.2024 klo 10.11 - Ana: Hi"_s, "2024-03-12T10:11:00Z");
        row("a mark of direction in front", u"\u200E[12/03/24, 10:11:12] Ana: Hi"_s, "2024-03-12T10:11:12Z");
        row("Arabic digits", u"١٢\u200F/٣\u200F/٢٠٢٤، ١٠:١١ - Ana: Hi"_s.replace(u'،', u','), "2024-03-12T10:11:00Z");
    }

    void readsTheLinesOfManyLocales()
    {
        QFETCH(QString, line);
        QFETCH(QString, when);
        ImportBench bench;
        const QString path = bench.write(u"WhatsApp Chat with Ana.txt"_s, (line + u'\n').toUtf8());
        QCOMPARE(bench.recognised(path), u"whatsapp"_s);
        const auto all = bench.messages(u"whatsapp"_s, path, inUtc);
        QCOMPARE(all.size(), size_t(1));
        QCOMPARE(whenOf(all[0]), when);
        QCOMPARE(all[0].from.name, u"Ana"_s);
        QCOMPARE(all[0].text, u"Hi"_s);
    }

    void decidesTheOrderOfDayAndMonthByTheWholeFile_data()
    {
        QTest::addColumn<QByteArray>("chat");
        QTest::addColumn<QString>("first");
        QTest::newRow("a day over 12 behind")
            << QByteArray("3/4/24, 10:11 - Ana: a\n3/13/24, 10:11 - Ana: b\n") << u"2024-03-04T10:11:00Z"_s;
        QTest::newRow("a day over 12 in front")
            << QByteArray("3/4/24, 10:11 - Ana: a\n13/4/24, 10:11 - Ana: b\n") << u"2024-04-03T10:11:00Z"_s;
        QTest::newRow("time goes on") << QByteArray(
            "1/2/24, 10:11 - Ana: a\n2/1/24, 10:11 - Ana: b\n3/1/24, 10:11 - Ana: c\n")
                                      << u"2024-01-02T10:11:00Z"_s;
        QTest::newRow("no telling, 24 hours") << QByteArray("3/4/24, 10:11 - Ana: a\n") << u"2024-04-03T10:11:00Z"_s;
    }

    void decidesTheOrderOfDayAndMonthByTheWholeFile()
    {
        QFETCH(QByteArray, chat);
        QFETCH(QString, first);
        ImportBench bench;
        const QString path = bench.write(u"WhatsApp Chat with Ana.txt"_s, chat);
        QCOMPARE(whenOf(bench.messages(u"whatsapp"_s, path, inUtc).at(0)), first);
        const QJsonObject said{{u"time_zone"_s, u"UTC"_s}, {u"date_order"_s, u"ymd"_s}};
        const auto items = bench.read(u"whatsapp"_s, path, said); // what a person says counts
        QVERIFY(items.at(0).message.ok());
        QVERIFY2(whenOf(*items.at(0).message) < u"2014"_s, qPrintable(whenOf(*items.at(0).message)));
    }

    void readsLinesFilesAndWhatWhatsappItselfSays()
    {
        ImportBench bench;
        bench.write(u"chat/IMG-1.jpg"_s, "jpeg");
        bench.write(u"chat/00000002-PHOTO.jpg"_s, "photo");
        const QString path =
            bench.write(u"chat/WhatsApp-Chat mit Ana Silva.txt"_s,
                        QString(u"13.03.24, 10:11 - Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\n"
                                "13.03.24, 10:12 - Ana Silva: first\r\nsecond line: with a colon\n\nfourth\n"
                                "13.03.24, 10:13 - Wir: \u200EIMG-1.jpg (Datei angehängt)\n"
                                "13.03.24, 10:14 - Ana Silva: \u200E<Anhang: 00000002-PHOTO.jpg>\n"
                                "13.03.24, 10:15 - Ana Silva: IMG-9.jpg (Datei angehängt)\n"
                                "13.03.24, 10:16 - Ana Silva: <Medien ausgeschlossen>\n"
                                "13.03.24, 10:17 - Ana Silva: <adjunto: ../../secret.txt>\n"_s)
                            .toUtf8());
        const auto all = bench.messages(u"whatsapp"_s, path, inUtc);
        QCOMPARE(all.size(), size_t(7));
        QVERIFY(all[0].automatic);
        QCOMPARE(all[0].from.address, all[1].from.address); // in a chat of two it is their conversation
        QCOMPARE(all[1].text, u"first\nsecond line: with a colon\nfourth"_s);
        QVERIFY(all[2].fromSelf); // the other one of two
        QCOMPARE(all[2].attachments.at(0).bytes, QByteArray("jpeg"));
        QCOMPARE(all[3].attachments.at(0).bytes, QByteArray("photo"));
        QVERIFY(all[4].attachments.empty() && all[4].body.notice.contains(u"IMG-9.jpg"_s));
        QVERIFY(all[5].body.notice.contains(u"without this file"_s));
        QVERIFY(all[6].attachments.empty());
        QCOMPARE(all[1].threadKey, all[6].threadKey);
    }

    void knowsOurNameWhenItIsSaid()
    {
        ImportBench bench;
        const QString path = bench.write(u"_chat.txt"_s,
                                         "[13/03/24, 10:11:12] Ana: a\n[13/03/24, 10:11:13] Ben: b\n"
                                         "[13/03/24, 10:11:14] Chen: c\n");
        QJsonObject settings = inUtc;
        settings.insert(u"own"_s, u"ben"_s);
        settings.insert(u"chat"_s, u"Family"_s);
        const auto all = bench.messages(u"whatsapp"_s, path, settings);
        QVERIFY(!all[0].fromSelf && all[1].fromSelf && !all[2].fromSelf);
        QCOMPARE(all[0].subject, u"Family"_s);
    }

    void keepsEqualMessagesApartAndTheSameOnesTogether()
    {
        ImportBench bench;
        const QByteArray chat = "13/03/24, 10:11 - Ana: ok\n13/03/24, 10:11 - Ana: ok\n13/03/24, 10:12 - Ana: ok\n";
        const auto keys =
            ImportBench::keys(bench.read(u"whatsapp"_s, bench.write(u"WhatsApp Chat with Ana.txt"_s, chat)));
        QCOMPARE(QSet<QString>(keys.begin(), keys.end()).size(), qsizetype(3));
        // A later export of the same chat, whose file got another number, begins with the same messages.
        const QString later = bench.write(u"WhatsApp Chat with Ana (1).txt"_s, chat + "14/03/24, 09:00 - Ana: new\n");
        QCOMPARE(ImportBench::keys(bench.read(u"whatsapp"_s, later)).mid(0, 3), keys);
        const QString other = bench.write(u"WhatsApp Chat with Ben.txt"_s, chat);
        QVERIFY(ImportBench::keys(bench.read(u"whatsapp"_s, other)).first() != keys.first());
    }

    void setsAsideWhatCannotBeReadAndGoesOn()
    {
        ImportBench bench;
        const QByteArray chat = "a line before the first message\n13/03/24, 10:11 - Ana: \xff\xfe\n"
                                "13/03/24, 25:61 - Ana: no such time\n31/02/24, 10:11 - Ana: no such day\n"
                                "13/03/24, 10:12 - Ana: "
            + QByteArray(6 * 1024 * 1024, 'x') + "\n13/03/24, 10:13 - Ana: fine\n";
        const auto items = bench.read(u"whatsapp"_s, bench.write(u"WhatsApp Chat with Ana.txt"_s, chat));
        QCOMPARE(items.size(), size_t(6));
        for (size_t i = 0; i < 5; ++i)
            QVERIFY2(!items[i].message.ok(), qPrintable(QString::number(i)));
        QVERIFY(items[4].raw.raw.size() < 5 * 1024 * 1024);
        QCOMPARE(items[5].message->text, u"fine"_s);
        QVERIFY(bench.read(u"whatsapp"_s, bench.write(u"other.txt"_s, "just a text\n")).empty());
        QVERIFY(bench.failure.contains(u"date and time"_s));
    }
};
PATCHBAY_TESTS(ImportWhatsapp)

#include "tst_import_whatsapp.moc"
