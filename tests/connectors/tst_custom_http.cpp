#include "connectors/kit/json_template.h"
#include "support/crm_fixture.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace Qt::StringLiterals;

/// What the form of the custom target accepts, and what it says about the rest.
class TestCustomHttp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatFitsTogether_data();
    void acceptsWhatFitsTogether();
    void refusesWithTheFieldAndThePlace_data();
    void refusesWithTheFieldAndThePlace();
    void promisesOnlyWhatTheFormSays();
    void replacesAPlaceholderByItsValueAndType();
    void readsNoPlaceholderInAValue();
    void escapesValuesInAPath();
};

namespace {

Result<Done> checkedCustom(const QString &more)
{
    QJsonObject settings{{u"url"_s, u"https://crm.example"_s}, {u"path"_s, u"/tasks"_s}};
    const QJsonObject added = QJsonDocument::fromJson(more.toUtf8()).object();
    for (auto it = added.begin(); it != added.end(); ++it)
        settings.insert(it.key(), it.value());
    AccountConfig account;
    account.settings = settings;
    const Catalog &catalog = tests::wholeCatalog();
    return catalog.crm(u"custom_http"_s)->check(account);
}

} // namespace

void TestCustomHttp::acceptsWhatFitsTogether_data()
{
    QTest::addColumn<QString>("settings");
    QTest::newRow("as proposed") << u"{}"_s;
    QTest::newRow("look-up") << uR"({"idempotency": "lookup", "lookup_path": "/find?q={{key}}", "lookup_key": "/ref",
        "lookup_id": "/id", "lookup_list": ""})"_s;
    QTest::newRow("put") << uR"({"idempotency": "upsert", "method": "PUT", "path": "/tasks/{{key}}",
        "body": "{\"t\": \"{{task.title}}\"}"})"_s;
    QTest::newRow("form") << uR"({"content": "form", "body": "{\"t\": \"{{ task.text }}\", \"n\": 7}"})"_s;
    QTest::newRow("headers") << uR"({"headers": "{\"X-Team\": \"7\"}"})"_s;
    QTest::newRow("escaped pointer") << uR"({"id_pointer": "/a~1b/0"})"_s;
    QTest::newRow("list") << uR"({"body": "[{\"t\": \"{{key}}\"}]"})"_s;
}

void TestCustomHttp::acceptsWhatFitsTogether()
{
    QFETCH(QString, settings);
    const Result<Done> checked = checkedCustom(settings);
    QVERIFY2(checked.ok(), checked ? "" : qPrintable(checked.error().message));
}

void TestCustomHttp::refusesWithTheFieldAndThePlace_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const QString &settings, const QString &says) {
        QTest::newRow(name) << settings << says;
    };
    row("unknown placeholder", uR"({"body": "{\"a\": {\"b\": [1, \"{{task.titel}}\"]}, \"k\": \"{{key}}\"}"})"_s,
        u"Body (body): there is no placeholder “task.titel” (known: "_s);
    row("its place", uR"({"body": "{\"a\": {\"b/c\": [1, \"{{x}}\"]}, \"k\": \"{{key}}\"}"})"_s, u" at /a/b~1c/1"_s);
    row("open brace", uR"({"body": "{\"a\": \"{{task.title\"}"})"_s, u"around the name of a placeholder at /a"_s);
    row("placeholder as name", uR"({"body": "{\"{{key}}\": 1}"})"_s, u"a placeholder cannot be a name at /{{key}}"_s);
    row("no JSON", uR"({"body": "{title: 1}"})"_s, u"Body (body) is not JSON at byte"_s);
    row("only a text", uR"({"body": "\"{{key}}\""})"_s, u"Body (body): an object {…} or a list […] is needed at /"_s);
    row("same name twice", uR"({"body": "{\"a\": 1, \"a\": \"{{key}}\"}"})"_s, u"Body (body)"_s);
    row("no key", uR"({"body": "{\"a\": \"{{task.title}}\"}"})"_s, u"Body (body): needs {{task.text}} or {{key}}"_s);
    row("nested form", uR"({"content": "form", "body": "{\"a\": [1], \"k\": \"{{key}}\"}"})"_s,
        u"Body (body): a form has only texts and numbers, not what is at /a"_s);
    row("relative path", uR"({"path": "tasks"})"_s, u"Path of a new task (path): “tasks” is no path"_s);
    row("other host", uR"({"path": "//evil.example/x"})"_s, u"Path of a new task (path): "_s);
    row("upwards", uR"({"path": "/a/../b"})"_s, u"Path of a new task (path): "_s);
    row("fragment", uR"({"path": "/a#b"})"_s, u"Path of a new task (path): "_s);
    row("pointer", uR"({"id_pointer": "id"})"_s, u"Id in the answer (id_pointer): “id” is no JSON pointer"_s);
    row("page", uR"({"page": "javascript:{{id}}"})"_s, u"Or: address of a task's page (page): "_s);
    row("own header", uR"({"headers": "{\"Host\": \"x\"}"})"_s,
        u"Further headers (headers): it has a name that may not be set at /Host"_s);
    row("secret header", uR"({"headers": "{\"X-Api-Key\": \"x\"}"})"_s,
        u"belongs into a field of its own at /X-Api-Key"_s);
    row("split header", uR"({"headers": "{\"X-Team\": \"x\\ny\"}"})"_s, u"needs a value of plain letters at /X-Team"_s);
    row("user", uR"({"auth": "basic"})"_s, u"User (Basic) (user): is missing"_s);
    row("header of the secret", uR"({"auth": "header"})"_s, u"Name of that header or parameter (auth_name)"_s);
    row("key header", uR"({"idempotency": "header", "key_header": "a b"})"_s, u"Header with our key (key_header)"_s);
    row("put without key", uR"({"idempotency": "upsert", "method": "PUT"})"_s, u"Against doubles (idempotency)"_s);
    row("look-up without path", uR"({"idempotency": "lookup"})"_s, u"Look-up: path (lookup_path): needs {{key}}"_s);
    row("look-up without key", uR"({"idempotency": "lookup", "lookup_path": "/f?q={{key}}"})"_s,
        u"(lookup_key): is missing"_s);
    row("page without cursor", uR"({"idempotency": "lookup", "lookup_path": "/f?q={{key}}", "lookup_key": "/k",
        "lookup_id": "/id", "lookup_next": "/next"})"_s,
        u"(lookup_next): belongs together with {{cursor}}"_s);
    row("status without id", uR"({"status_path": "/tasks"})"_s, u"Status: path (status_path): needs {{id}}"_s);
    row("status without pointer", uR"({"status_path": "/tasks/{{id}}"})"_s,
        u"Status: word (status_pointer): is missing"_s);
    row("status with title", uR"({"status_path": "/tasks/{{task.title}}"})"_s,
        u"there is no placeholder “task.title” (known: id)"_s);
}

void TestCustomHttp::refusesWithTheFieldAndThePlace()
{
    QFETCH(QString, settings);
    QFETCH(QString, says);
    const Result<Done> checked = checkedCustom(settings);
    QVERIFY(!checked.ok());
    QCOMPARE(checked.error().kind, Error::Kind::Refused);
    QVERIFY2(checked.error().message.contains(says), qPrintable(checked.error().message));
}

void TestCustomHttp::promisesOnlyWhatTheFormSays()
{
    const Catalog &catalog = tests::wholeCatalog();
    const CrmConnectorInfo *info = catalog.crm(u"custom_http"_s);
    const std::pair<QString, Idempotency> ways[] = {{u""_s, Idempotency::None},
                                                    {u"none"_s, Idempotency::None},
                                                    {u"header"_s, Idempotency::Native},
                                                    {u"lookup"_s, Idempotency::Lookup},
                                                    {u"upsert"_s, Idempotency::Upsert}};
    for (const auto &[way, promised] : ways)
        QCOMPARE(info->idempotency({{u"idempotency"_s, way}}), promised);
}

void TestCustomHttp::replacesAPlaceholderByItsValueAndType()
{
    const Result<JsonTemplate> made = JsonTemplate::parse(
        u"{\"a\": \"{{fields}}\", \"b\": \"{{field.n}}\", \"c\": \"n={{field.n}}\", \"d\": \"{{field.x}}\"}"_s,
        u"body"_s, taskValueNames());
    QVERIFY(made.ok());
    const QJsonObject fields{{u"n"_s, 3}, {u"l"_s, QJsonArray{1, true}}};
    const QJsonObject expected{{u"a"_s, fields}, {u"b"_s, 3}, {u"c"_s, u"n=3"_s}, {u"d"_s, QJsonValue()}};
    QCOMPARE(made->filled({{u"fields"_s, fields}}).toObject(), expected);
}

void TestCustomHttp::readsNoPlaceholderInAValue()
{
    const Result<JsonTemplate> made =
        JsonTemplate::parse(u"{\"a\": \"{{task.title}} {{key}}\"}"_s, u"body"_s, taskValueNames());
    QVERIFY(made.ok());
    const QJsonObject values{{u"task.title"_s, u"{{key}}\"}"_s}, {u"key"_s, u"k"_s}};
    QCOMPARE(made->filled(values).toObject().value(u"a"_s).toString(), u"{{key}}\"} k"_s);
}

void TestCustomHttp::escapesValuesInAPath()
{
    const QUrl url =
        filledPath(u"/a/{{id}}/b?x={{key}}&y={{cursor}}&z=1"_s, {{u"id"_s, u"../c?d#e"_s}, {u"key"_s, u"&f=é"_s}});
    QCOMPARE(url.toString(QUrl::FullyEncoded), u"/a/..%2Fc%3Fd%23e/b?x=%26f%3D%C3%A9&z=1"_s);
}

PATCHBAY_TESTS(TestCustomHttp)
#include "tst_custom_http.moc"
