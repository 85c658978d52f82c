#include "connectors/import_bench.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// CSV and TSV with any columns.
class ImportTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsATableWhoseHeaderSaysWhatIsWhat()
    {
        ImportBench bench;
        const QString path =
            bench.write(u"t.csv"_s,
                        "\xEF\xBB\xBFid,conversation_id,author,email,direction,date,subject,body\r\n"
                        "1,c1,Ana,ana@example.org,in,2024-03-12T10:11:12Z,Lamp,\"It \"\"flickers\"\",\nalways\"\r\n\r\n"
                        "2,c1,Sam,sam@desk.example,out,1710238272,,We look\r\n");
        QCOMPARE(bench.recognised(path), u"csv"_s);
        const auto all = bench.messages(u"csv"_s, path);
        QCOMPARE(all.size(), size_t(2));
        QCOMPARE(all[0].text, u"It \"flickers\",\nalways"_s);
        QCOMPARE(all[0].from.address, u"ana@example.org"_s);
        QCOMPARE(all[0].threadKey, u"csv:c1"_s);
        QCOMPARE(all[0].providerAt.toDateTime().toString(Qt::ISODate), u"2024-03-12T10:11:12Z"_s);
        QVERIFY(!all[0].fromSelf && all[1].fromSelf);
        QCOMPARE(all[1].providerAt.us, 1710238272ll * 1000000);
    }

    void readsColumnsThatAPersonMapped()
    {
        ImportBench bench;
        const QJsonObject settings{
            {u"columns"_s, QJsonObject{{u"text"_s, u"Nachricht"_s}, {u"time"_s, u"1"_s}, {u"name"_s, u"Wer"_s}}},
            {u"time_format"_s, u"dd.MM.yyyy HH:mm"_s},
            {u"time_zone"_s, u"Europe/Berlin"_s},
            {u"own"_s, u"wir"_s}};
        const QString path = bench.write(u"t.csv"_s,
                                         "Wann;Wer;Nachricht\n12.03.2024 10:11;M\xFCller;Gr\xFC\xDF"
                                         "e\n12.03.2024 10:12;Wir;gut\n");
        const auto all = bench.messages(u"csv"_s, path, settings);
        QCOMPARE(all.size(), size_t(2));
        QCOMPARE(all[0].from.name, u"Müller"_s);
        QCOMPARE(all[0].text, u"Grüße"_s);
        QCOMPARE(all[0].providerAt.toDateTime().toString(Qt::ISODate), u"2024-03-12T09:11:00Z"_s);
        QVERIFY(all[1].fromSelf);
    }

    void readsUtf16AndTablesWithoutAHeader()
    {
        ImportBench bench;
        const QString text = u"\uFEFFana\thello \u4F60\u597D\nben\tbye\n"_s;
        const QByteArray bytes(reinterpret_cast<const char *>(text.utf16()), text.size() * 2);
        const auto all = bench.messages(
            u"csv"_s, bench.write(u"t.tsv"_s, bytes),
            {{u"header"_s, false}, {u"columns"_s, QJsonObject{{u"text"_s, u"2"_s}, {u"name"_s, u"1"_s}}}});
        QCOMPARE(all.size(), size_t(2));
        QCOMPARE(all[0].text, u"hello 你好"_s);
        QCOMPARE(all[0].from.name, u"ana"_s);
    }

    void showsTheFirstRowsForTheMapping()
    {
        ImportBench bench;
        QByteArray table = "Body;Who\n";
        for (int i = 0; i < 50; ++i)
            table += "text " + QByteArray::number(i) + ";ana\n";
        const QString path = bench.write(u"t.csv"_s, table);
        const Result<ImportPreview> preview = bench.format(u"csv"_s).preview({path, {}});
        QVERIFY(preview);
        QCOMPARE(preview->header, (QStringList{u"Body"_s, u"Who"_s}));
        QCOMPARE(preview->rows.size(), size_t(5));
        QCOMPARE(preview->columns.value(u"text"_s), u"Body"_s);
        QVERIFY(!bench.format(u"csv"_s).preview({bench.write(u"e.csv"_s, ""), {}}));
    }

    void refusesAMappingThatTheTableDoesNotHave()
    {
        ImportBench bench;
        const QString path = bench.write(u"t.csv"_s, "a,b\n1,2\n");
        QVERIFY(bench.read(u"csv"_s, path).empty());
        QVERIFY2(bench.failure.contains(u"a, b"_s), qPrintable(bench.failure));
        QVERIFY(bench.read(u"csv"_s, path, {{u"columns"_s, QJsonObject{{u"text"_s, u"c"_s}}}}).empty());
        QVERIFY2(bench.failure.contains(u"\"c\""_s), qPrintable(bench.failure));
        QVERIFY(bench.read(u"csv"_s, path, {{u"columns"_s, QJsonObject{{u"colour"_s, u"a"_s}}}}).empty());
        QVERIFY2(bench.failure.contains(u"colour"_s), qPrintable(bench.failure));
    }

    void setsRowsAsideThatCannotBeReadAndGoesOn()
    {
        ImportBench bench;
        const QString path =
            bench.write(u"t.csv"_s,
                        "name,time,text\nana,12/03/2024,a date of no known kind\nana\nana,2024-03-12,\n"
                        "\"" + QByteArray(6 * 1024 * 1024, 'x')
                            + "\nana,2024-03-12,fine\n");
        const auto items = bench.read(u"csv"_s, path);
        QCOMPARE(items.size(), size_t(5));
        for (size_t i = 0; i < 4; ++i)
            QVERIFY2(!items[i].message.ok(), qPrintable(QString::number(i)));
        QVERIFY(items[3].raw.raw.size() < 5 * 1024 * 1024);
        QCOMPARE(items[4].message->text, u"fine"_s);
    }

    void keepsTwoRowsOfOneIdWhenTheyDiffer()
    {
        ImportBench bench;
        const auto keys = ImportBench::keys(
            bench.read(u"csv"_s, bench.write(u"t.csv"_s, "id,text\n1,one\n1,two\n1,one\n,same\n,same\n")));
        QCOMPARE(keys.size(), qsizetype(5));
        QVERIFY(keys[0] != keys[1]);
        QCOMPARE(keys[0], keys[2]);
        QVERIFY(keys[3] != keys[4]);
    }
};
PATCHBAY_TESTS(ImportTables)

#include "tst_import_tables.moc"
