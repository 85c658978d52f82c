#include "connectors/import_bench.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

QByteArray numberedMail(int number)
{
    return "From: ana@example.org\nSubject: " + QByteArray::number(number) + "\nMessage-ID: <"
        + QByteArray::number(number) + "@example.org>\n\nHello\n";
}

} // namespace

/// Mail in files and folders.
class ImportMail : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsATruncatedMailbox()
    {
        ImportBench bench;
        const QByteArray postmark = "From ana@example.org Tue Mar 12 10:11:12 2024\n";
        const QByteArray whole = postmark + numberedMail(1) + "\n" + postmark + numberedMail(2);
        const QString path = bench.write(u"a.mbox"_s, whole.chopped(4));
        QCOMPARE(bench.recognised(path), u"mbox"_s);
        const auto all = bench.messages(u"mbox"_s, path);
        QCOMPARE(all.size(), size_t(2));
        QCOMPARE(all[1].externalId, u"2@example.org"_s);
    }

    void readsAMaildirWithItsFolders()
    {
        ImportBench bench;
        bench.write(u"Mail/cur/1:2,S"_s, numberedMail(1));
        bench.write(u"Mail/new/2"_s, numberedMail(2));
        bench.write(u"Mail/tmp/3"_s, numberedMail(3)); // not delivered yet
        bench.write(u"Mail/.Sent/cur/4:2,S"_s, numberedMail(4));
        bench.write(u"Mail/.Sent/cur/5:2,S"_s, numberedMail(4)); // the same mail twice
        bench.write(u"Mail/.Sent/cur/6"_s, QByteArray());
        QDir().mkpath(bench.path(u"Mail/.Sent/new"_s));
        QVERIFY(QFile::link(u"/etc/passwd"_s, bench.path(u"Mail/cur/link"_s)));
        QCOMPARE(bench.recognised(bench.path(u"Mail"_s)), u"maildir"_s);
        const auto items = bench.read(u"maildir"_s, bench.path(u"Mail"_s));
        QCOMPARE(items.size(), size_t(4));
        const QStringList keys = ImportBench::keys(items);
        QCOMPARE(QSet<QString>(keys.begin(), keys.end()).size(), qsizetype(4));
    }

    void readsAFolderOfSingleMails()
    {
        ImportBench bench;
        bench.write(u"mails/a.eml"_s, numberedMail(1));
        bench.write(u"mails/below/b.EML"_s, numberedMail(2));
        bench.write(u"mails/readme.txt"_s, "no mail");
        QCOMPARE(bench.recognised(bench.path(u"mails"_s)), u"eml"_s);
        QCOMPARE(bench.messages(u"eml"_s, bench.path(u"mails"_s)).size(), size_t(2));
        QCOMPARE(bench.recognised(bench.write(u"no-name"_s, numberedMail(1))), u"eml"_s);
        QCOMPARE(bench.recognised(bench.write(u"text"_s, "just words\nand lines\n")), QString());
        QCOMPARE(bench.recognised(bench.write(u"zip"_s, "PK\x03\x04")), QString());
    }

    void readsAMailOfTwentyThousandParts()
    {
        ImportBench bench;
        QByteArray mail = "From: ana@example.org\nContent-Type: multipart/mixed; boundary=b\n\n";
        for (int i = 0; i < 20000; ++i)
            mail += "--b\nContent-Type: text/plain\n\npart " + QByteArray::number(i) + "\n";
        const auto all = bench.messages(u"eml"_s, bench.write(u"parts.eml"_s, mail + "--b--\n"));
        QCOMPARE(all.size(), size_t(1));
        QVERIFY(all[0].body.notice.contains(u"parts"_s));
    }

    void endsAtOnceWhenNobodyWaitsAnyMore()
    {
        ImportBench bench;
        const QString path =
            bench.write(u"a.mbox"_s, "From a Tue Mar 12 10:11:12 2024\n" + QByteArray(50'000'000, 'x'));
        int asked = 0;
        int items = 0;
        ImportSource source{path, {}, [&asked] { return ++asked > 3; }};
        const ImportEach each = [&](RawItem item, qint64) {
            items += item.raw.size() < 10'000'000; // what there is of it; it is thrown away
            return false;
        };
        QVERIFY(bench.format(u"mbox"_s).read(source, each));
        QVERIFY(items <= 1);
        QVERIFY2(asked < 20, qPrintable(QString::number(asked)));
    }

    void keepsTheKeysThatMailAlwaysHad()
    {
        ImportBench bench;
        const auto keys = ImportBench::keys(bench.read(u"eml"_s, bench.write(u"a.eml"_s, numberedMail(1))));
        const auto folder = ImportBench::keys(bench.read(u"eml"_s, bench.path({})));
        QCOMPARE(keys, folder);
        QVERIFY(QRegularExpression(u"^file:[0-9a-f]{68}:1$"_s).match(keys.at(0)).hasMatch());
    }
};
PATCHBAY_TESTS(ImportMail)

#include "tst_import_mail.moc"
