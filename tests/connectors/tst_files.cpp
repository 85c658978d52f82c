#include "connectors/kit/files.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kitLargest = 1000;

OutboundFile kitFile(const QString &name, qint64 size = 10, const QByteArray &hash = "ab12")
{
    return {hash, name, u"text/plain"_s, size};
}

CrmContext kitContext(const QString &name, const QByteArray &bytes, const QString &type = u"text/plain"_s)
{
    CrmContext context;
    context.key = u"0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s;
    context.externalId = u"a/../b"_s;
    context.file = {"ab12", name, type, bytes.size()};
    context.bytes = bytes;
    return context;
}

QString fittingName(const QString &name)
{
    TaskPayload task;
    task.attachments = {kitFile(name)};
    return withFittingFiles(task, kitLargest).attachments.front().name;
}

} // namespace

/// The kit's words for files: names, forms and what fits.
class TestFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesNamesThatNobodyHasToChange_data();
    void givesNamesThatNobodyHasToChange();
    void givesNoTwoFilesOneName();
    void leavesOutWhatDoesNotFit();
    void namesWhatDoesNotFitWhereItIsNotCut();
    void writesAFormThatNoNameBreaks_data();
    void writesAFormThatNoNameBreaks();
    void keepsTheBytesAsTheyAre();
    void writesTheSameFormAgain();
    void keepsTheIdInItsPlace();
    void knowsWhatIsThere();
    void readsWhatIsThereStrictly();
    void findsFilesAmongOtherThings();
    void takesAListThatIsLeftOutForNoneOnlyInAWholeAnswer();
    void readsItsOwnNameOutOfHtml_data() { givesNamesThatNobodyHasToChange_data(); }
    void readsItsOwnNameOutOfHtml();
    void writesThePartsThatACallDeclares();
};

void TestFiles::givesNamesThatNobodyHasToChange_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("plain");
    QTest::newRow("plain") << u"invoice.pdf"_s << u"invoice.pdf"_s;
    QTest::newRow("a path") << u"..\\..\\a/b:c.txt"_s << u"_.._a_b_c.txt"_s;
    QTest::newRow("quotes and wildcards") << u"a\"b'c*d?e<f>g|h%i.txt"_s << u"a_b_c_d_e_f_g_h_i.txt"_s;
    QTest::newRow("line ends") << u"a\r\nContent-Type: text/html\r\n\r\n.txt"_s << u"a Content-Type_ text_html.txt"_s;
    QTest::newRow("controls") << u"a\x01\x7f b\x9f.txt"_s << u"a b.txt"_s;
    QTest::newRow("turned round") << u"invoice\u202Efdp.exe"_s << u"invoicefdp.exe"_s;
    QTest::newRow("decomposed") << u"u\u0308ber.txt"_s << u"\u00FCber.txt"_s;
    QTest::newRow("Chinese") << u"发票 1.pdf"_s << u"发票 1.pdf"_s;
    QTest::newRow("dots alone") << u"..."_s << u"file"_s;
    QTest::newRow("nothing") << QString() << u"file"_s;
    QTest::newRow("hidden") << u".bashrc"_s << u"bashrc"_s;
    QTest::newRow("half a pair") << u"a"_s + QChar(0xd83d) + u".txt"_s << u"a.txt"_s;
}

void TestFiles::givesNamesThatNobodyHasToChange()
{
    QFETCH(QString, name);
    QFETCH(QString, plain);
    QCOMPARE(fittingName(name), plain);
    QCOMPARE(fittingName(plain), plain);
}

void TestFiles::givesNoTwoFilesOneName()
{
    TaskPayload task;
    const QString longest = u"x"_s.repeated(500) + u".jpeg"_s;
    task.attachments = {kitFile(u"image.png"_s), kitFile(u"IMAGE.PNG"_s), kitFile(u"image.png"_s), kitFile(longest),
                        kitFile(longest)};
    QStringList names;
    for (const OutboundFile &file : withFittingFiles(task, kitLargest).attachments)
        names << file.name;
    QCOMPARE(names.mid(0, 3), QStringList({u"image.png"_s, u"IMAGE (2).PNG"_s, u"image (3).png"_s}));
    for (const QString &name : names.mid(3)) {
        QVERIFY(name.size() <= 120);
        QVERIFY2(name.endsWith(u".jpeg"_s), qPrintable(name));
    }
    QVERIFY(names.at(3) != names.at(4));
}

void TestFiles::leavesOutWhatDoesNotFit()
{
    TaskPayload task;
    task.attachments = {kitFile(u"fits.txt"_s, kitLargest), kitFile(u"large.txt"_s, kitLargest + 1)};
    TaskPayload fitting = withFittingFiles(task, kitLargest);
    QCOMPARE(fitting.attachments.size(), size_t(1));
    QCOMPARE(fitting.notAttached.size(), size_t(1));
    QCOMPARE(fitting.notAttached.front().name, u"large.txt"_s);
    QCOMPARE(withFittingFiles(task, 0).notAttached.size(), size_t(2)); // a target that takes none

    task.attachments.assign(mostAttachedFiles + 3, kitFile(u"a.txt"_s));
    fitting = withFittingFiles(task, kitLargest);
    QCOMPARE(fitting.attachments.size(), mostAttachedFiles);
    QCOMPARE(fitting.notAttached.size(), size_t(3));

    task.attachments.assign(5, kitFile(u"a.bin"_s, largestAttachedFile));
    task.attachments.push_back(kitFile(u"over.bin"_s, largestAttachedFile + 1));
    fitting = withFittingFiles(task, 1'000'000'000);
    QCOMPARE(fitting.attachments.size(), size_t(4)); // 100 MB of them all
    QCOMPARE(fitting.notAttached.size(), size_t(2));
}

void TestFiles::namesWhatDoesNotFitWhereItIsNotCut()
{
    TaskPayload task;
    task.title = u"Title"_s;
    task.description = u"word "_s.repeated(20000);
    task.attachments.assign(12, kitFile(u"a\nb\u202E.txt"_s, 2'500'000));
    const QString text =
        taskText(withFittingFiles(task, 0), u"0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s, {2000, TextLimit::Unit::Utf16});
    QVERIFY2(text.contains(u"Not attached: a b"_s), qPrintable(text.left(300)));
    QVERIFY(text.contains(u"(2.5 MB), "_s));
    QVERIFY(text.contains(u"and 2 more"_s));
    QVERIFY(text.endsWith(u"Patchbay-Key: 0199d2a4-7c1e-7a10-8f00-4b1f2c3d4e5f"_s));
    QVERIFY(text.size() <= 2000);
}

void TestFiles::writesAFormThatNoNameBreaks_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("written");
    QTest::newRow("plain") << u"a.txt"_s << QByteArray("a.txt");
    QTest::newRow("quotes") << u"a\"; name=\"other"_s << QByteArray("a%22; name=%22other");
    QTest::newRow("line ends") << u"a\r\nX: y\n\rb"_s << QByteArray("a%0D%0AX: y%0D%0A%0D%0Ab");
    QTest::newRow("no ASCII") << u"Zo\u00EB 发票.pdf"_s << QByteArray("Zo\xC3\xAB \xE5\x8F\x91\xE7\xA5\xA8.pdf");
    QTest::newRow("a backslash") << u"a\\\"b"_s << QByteArray("a\\%22b");
}

void TestFiles::writesAFormThatNoNameBreaks()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, written);
    // In each of the places where a name stands; a type from outside is no header either.
    const CrmContext context = kitContext(name, "bytes", u"text/html\r\nX-Evil: 1"_s);
    const Request request = multipartTo(QUrl(u"/files"_s), context, name, {{name, name, {}}});
    const QByteArray type = request.headers().front().second;
    QVERIFY(type.startsWith("multipart/form-data; boundary=patchbay-"));
    const QByteArray mark = "--" + type.mid(type.indexOf('=') + 1);
    QVERIFY(mark.size() <= 72); // RFC 2046: at most 70 characters
    const QByteArray wanted = mark + "\r\nContent-Disposition: form-data; name=\"" + written + "\"\r\n\r\n"
        + name.toUtf8() + "\r\n" + mark + "\r\nContent-Disposition: form-data; name=\"" + written + "\"; filename=\""
        + written + "\"\r\nContent-Type: application/octet-stream\r\n\r\nbytes\r\n" + mark + "--\r\n";
    QCOMPARE(request.bytes(), wanted);
}

void TestFiles::keepsTheBytesAsTheyAre()
{
    QByteArray bytes;
    for (int i = 0; i < 1024; ++i)
        bytes += char(i * 7);
    const CrmContext context = kitContext(u"a.bin"_s, bytes);
    const QByteArray form = multipartTo(QUrl(u"/files"_s), context, u"file"_s).bytes();
    QCOMPARE(form.mid(form.indexOf("\r\n\r\n") + 4, bytes.size()), bytes);
    QCOMPARE(bytesTo(u"/files"_s, context, {{u"name"_s, u"a b&c"_s}}).bytes(), bytes);
    QCOMPARE(bytesTo(u"/files"_s, context, {{u"name"_s, u"a b&c"_s}}).url().toEncoded(),
             QByteArray("/files?name=a%20b%26c"));
}

void TestFiles::writesTheSameFormAgain()
{
    const CrmContext context = kitContext(u"a.txt"_s, "bytes");
    const QByteArray form = multipartTo(QUrl(u"/files"_s), context, u"file"_s).bytes();
    QCOMPARE(multipartTo(QUrl(u"/files"_s), context, u"file"_s).bytes(), form);
    CrmContext other = context;
    other.file.sha256 = "cd34"; // of other content: no content holds its own mark
    QVERIFY(multipartTo(QUrl(u"/files"_s), other, u"file"_s).bytes() != form);
}

void TestFiles::keepsTheIdInItsPlace()
{
    const CrmContext context = kitContext(u"a.txt"_s, "bytes");
    const Result<Request> request = attachAt<"/tasks/{id}/files", "file">(context);
    QVERIFY(request);
    QCOMPARE(request->url().toEncoded(), QByteArray("/tasks/a%2F..%2Fb/files"));
}

void TestFiles::knowsWhatIsThere()
{
    const std::vector<OutboundFile> wanted{kitFile(u"\u00FCber.txt"_s, 10), kitFile(u"b.txt"_s, 20)};
    QCOMPARE(missingOf(wanted, {}).size(), size_t(2));
    QCOMPARE(missingOf(wanted, {{u"B.TXT"_s, 20}, {u"u\u0308ber.txt"_s, std::nullopt}}).size(), size_t(0));
    QCOMPARE(missingOf(wanted, {{u"b.txt"_s, 21}, {u"\u00FCber.txt"_s, 10}}).front().name, u"b.txt"_s);
}

void TestFiles::readsWhatIsThereStrictly()
{
    JsonReader in = JsonReader::parse(
        R"([{"n":"a","s":1},{"n":"b","s":"22"},{"n":"c"},{"n":"d","s":"3 KB"},{"n":null,"s":5}])", u"reply"_s);
    const std::vector<CrmFile> files = readFiles(in, {}, u"/n"_s, u"/s"_s);
    QVERIFY2(in.ok(), qPrintable(in.error().message));
    QCOMPARE(files.size(), size_t(4)); // what has no name is a link
    QCOMPARE(files[0].size, std::optional<qint64>(1));
    QCOMPARE(files[1].size, std::optional<qint64>(22));
    QVERIFY(!files[2].size && !files[3].size);

    // A list of another form is no empty list: then every file would go again.
    for (const char *other : {R"({"files":[]})", R"([{"name":"a"}])", "null"}) {
        JsonReader strange = JsonReader::parse(other, u"reply"_s);
        readFiles(strange, {}, u"/n"_s, u"/s"_s);
        QVERIFY2(!strange.ok(), other);
    }
}

void TestFiles::findsFilesAmongOtherThings()
{
    constexpr auto read = &filesAmong<"/results", "/type", "/file/name">;
    JsonReader in = JsonReader::parse(
        R"({"results":[{"type":"paragraph"},{"type":"file","file":{"name":"a.txt"}},{"type":"image"}]})", u"reply"_s);
    const Result<std::vector<CrmFile>> files = read(in, {});
    QVERIFY(files.ok());
    QCOMPARE(files->size(), size_t(1));
    QCOMPARE(files->front().name, u"a.txt"_s);
    for (const char *other :
         {"{}", R"({"results":null})", R"({"results":[{"kind":"file"}]})", R"({"results":[{"type":"file"}]})"}) {
        JsonReader strange = JsonReader::parse(other, u"reply"_s);
        QVERIFY2(!read(strange, {}).ok(), other);
    }
}

void TestFiles::takesAListThatIsLeftOutForNoneOnlyInAWholeAnswer()
{
    constexpr auto read = &filesIfAnyAt<"/data/items", "/name", "", "/data/has_more">;
    for (const auto &[answer, count] : {std::pair(R"({"data":{"has_more":false}})", 0),
                                        {R"({"data":{"items":null,"has_more":false}})", 0},
                                        {R"({"data":{"items":[{"name":"a"}],"has_more":false}})", 1}}) {
        JsonReader in = JsonReader::parse(answer, u"reply"_s);
        const Result<std::vector<CrmFile>> files = read(in, {});
        QVERIFY2(files.ok(), answer);
        QCOMPARE(files->size(), size_t(count));
    }
    for (const char *other : {"{}", R"({"data":{}})", "null", R"({"data":{"items":{},"has_more":false}})"}) {
        JsonReader strange = JsonReader::parse(other, u"reply"_s);
        QVERIFY2(!read(strange, {}).ok(), other);
    }
}

void TestFiles::readsItsOwnNameOutOfHtml()
{
    QFETCH(QString, plain);
    for (const QString &name : {plain, u"R&D &lt; "_s + plain, u"&amp;"_s + plain}) {
        CrmContext context = kitContext(name, "bytes");
        const QString html = contextValue(u"file.html"_s, context);
        QCOMPARE(nameInHtml(html), name);
        QCOMPARE(nameInHtml(u"<div dir=\"auto\"><p>"_s + html + u"</p></div>\n"_s), name);
    }
}

void TestFiles::writesThePartsThatACallDeclares()
{
    CrmContext context = kitContext(u"a.txt"_s, "bytes");
    context.known = {{u"column"_s, u"{id}"_s}};
    const Result<Request> request =
        attachAt<"/files", "file", "task={id}", R"(options={"access":"PRIVATE"})", "in={known.column}">(context);
    QVERIFY(request.ok());
    const QByteArray form = request->bytes();
    QVERIFY(form.contains("name=\"task\"\r\n\r\na/../b\r\n"));
    QVERIFY(form.contains("name=\"options\"\r\n\r\n{\"access\":\"PRIVATE\"}\r\n"));
    QVERIFY(form.contains("name=\"in\"\r\n\r\n{id}\r\n")); // what is put in is not read again
    QVERIFY(form.indexOf("name=\"in\"") < form.indexOf("name=\"file\""));
}

PATCHBAY_TESTS(TestFiles)
#include "tst_files.moc"
