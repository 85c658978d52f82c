#include "connectors/kit/services.h"
#include "core/net/network_transport.h"
#include "redmine_browser.h"
#include "support/await.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::RedmineBrowser;

namespace {

QString newKey()
{
    const SystemClock clock;
    return newUid(clock);
}

Async<Result<Done>> openGate() { co_return Done{}; }

/// Lets a request arrive and loses its answer.
class LosingTransport final : public Transport {
public:
    explicit LosingTransport(Transport &real)
        : m_real(real)
    {
    }
    bool loses = true;
    int arriving = 0; ///< so many answers to changes arrive before

    Async<Result<Reply>> perform(Request request) override
    {
        const Result<Reply> reply = co_await m_real.perform(request);
        if (loses && request.changesSomething() && --arriving < 0)
            co_return makeAmbiguous(Error::Kind::Timeout, u"the answer was lost"_s);
        co_return reply;
    }

private:
    Transport &m_real;
};

Async<Result<QByteArray>> contentOf(QByteArray sha256) { co_return sha256; }

/// Our connector as the application opens it, on the real server; a file's hash is its content.
struct LiveRedmine {
    SystemClock clock;
    NetworkTransport network;
    LosingTransport losing{network};
    std::unique_ptr<CrmConnector> connector;
    CrmConnectorInfo info;

    LiveRedmine(const RedmineBrowser &server, const QJsonObject &more = {}, const QString &apiKey = {})
    {
        losing.loses = false;
        ConnectorServices services{&losing, {}, &clock, [] { return 0.5; }};
        services.readFile = &contentOf;
        info = *makeCatalog(services).crm(u"redmine"_s);
        AccountConfig account;
        account.settings = {{u"url"_s, server.text("url")},
                            {u"project"_s, server.text("project")},
                            {u"key_field"_s, server.text("key_field")}};
        for (auto it = more.begin(); it != more.end(); ++it)
            account.settings.insert(it.key(), it.value());
        account.secrets = {{u"api_key"_s, apiKey.isEmpty() ? server.text("api_key") : apiKey}};
        connector = info.create(account);
    }
    Result<Receipt> deliver(const TaskPayload &task, const QString &key)
    {
        const BeforeEffect gate = [] { return openGate(); };
        return tests::await(connector->deliver({key, toJson(task), 1}, gate));
    }
    Result<std::optional<Receipt>> lookUp(const QString &key)
    {
        return tests::await(connector->lookUp({key, toJson(task(u"x"_s)), 2}));
    }
    static TaskPayload task(const QString &title, const QString &words = u"Words"_s)
    {
        TaskPayload made;
        made.title = title;
        made.description = words;
        made.backLink = u"patchbay://w/conversation/c"_s;
        return made;
    }
};

QString failure(const auto &result) { return result.ok() ? QString() : result.error().message; }

/// What a customer may write to make Redmine do something.
const char *const hostileWords =
    R"words(Hello "click":http://evil.example/ *bold* _it_ !http://evil.example/x.png! #1 @admin user:admin
{{include(Start)}} {{toc}} {{child_pages}} {{collapse(x)
inner
}} !{{hello_world}} {{macro(0)}}
<b>bold</b> <script>alert(1)</script> <img src=x onerror=alert(1)> <a href="javascript:alert(1)">x</a>
</pre> <pre> </code><code class="ruby"> puts 1 </code> </PRE > <kbd>k</kbd> <notextile><i>n</i></notextile>
h1. Title
# Heading
| a | b |
|---|---|
```
fence *inside*
````
~~~
* list http://evil.example/ www.evil.example mail@evil.example [link](http://evil.example/) ![i](http://evil.example/i.png)
[[Wiki]] r1 commit:abc document:x version:1 attachment:x.png &lt;b&gt; &amp; &#60;i&#62; & x%x% <redpre#0> == <u>q</u> ==
bq. quoted $$ \ [^1] fn1. foot -- (c) ABC(hidden) %{color:red}red% ^up^ ~down~ ??cite?? @code@ -gone- +added+
<!-- comment --> </div></div><h1>out</h1> &nbsp; <!DOCTYPE x> <![CDATA[ <b>x</b> ]]>
- [ ] task)words";

/// The text of rendered HTML, and the names of the elements in it.
QString textOf(QString html, QSet<QString> *elements)
{
    static const QRegularExpression tag(u"</?([a-zA-Z0-9]+)([^>]*)>"_s);
    auto tags = tag.globalMatch(html);
    while (tags.hasNext()) {
        const auto one = tags.next();
        elements->insert(one.captured(1).toLower()
                         + (one.captured(2).trimmed().remove(u'/').isEmpty() ? u""_s : u"+"_s));
    }
    html.remove(tag);
    html.replace(u"&lt;"_s, u"<"_s)
        .replace(u"&gt;"_s, u">"_s)
        .replace(u"&quot;"_s, u"\""_s)
        .replace(u"&#39;"_s, u"'"_s);
    html.replace(u"&#38;"_s, u"&"_s).replace(u"&#x27;"_s, u"'"_s);
    return html.replace(u"&amp;"_s, u"&"_s);
}

} // namespace

class TestRedmineServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void landsATaskWithItsKeyAndFindsIt();
    void findsATaskWhoseAnswerWasLost();
    void findsATaskByItsTextWhenTheFieldIsUnknown();
    void findsATaskThatIsClosedOrMoved();
    void findsNothingWhereNothingIs();
    void attachesEachFileOnceWhateverAnswerIsLost();
    void readsTheStatusBack();
    void keepsTheWholeOfALongTitle();
    void setsPriorityDueDateAndTracker();
    void refusesWithRedminesOwnWords();
    void offersChoices();
    void saysWhoIsSignedInAndWhatMayBeDone();
    void saysWhatIsWrongWithTheSettings();
    void showsCustomersWordsAsText_data();
    void showsCustomersWordsAsText();
    void cleanupTestCase();

private:
    std::unique_ptr<RedmineBrowser> m_browser;
    bool m_signedIn = false;
};

void TestRedmineServer::init()
{
    if (!m_browser)
        m_browser = std::make_unique<RedmineBrowser>();
    PATCHBAY_SKIP_WITHOUT_SERVER(m_browser->isThere(), "Redmine (PATCHBAY_TEST_REDMINE)");
}

void TestRedmineServer::cleanupTestCase()
{
    if (m_signedIn)
        QVERIFY(m_browser->formatWith(u"textile"_s));
}

void TestRedmineServer::landsATaskWithItsKeyAndFindsIt()
{
    LiveRedmine redmine(*m_browser);
    const QString key = newKey();
    const Result<Receipt> sent =
        redmine.deliver(LiveRedmine::task(u"Größe 42 – 退款 😀 <b>"_s, u"Zeile 1\n\nZeile 2"_s), key);
    QVERIFY2(sent.ok(), qPrintable(failure(sent)));
    QCOMPARE(sent->url, m_browser->text("url") + u"/issues/"_s + sent->externalId);
    const QJsonObject issue = m_browser->api("GET", u"/issues/%1.json"_s.arg(sent->externalId))[u"issue"_s].toObject();
    QCOMPARE(issue[u"subject"_s].toString(), u"Größe 42 – 退款 😀 <b>"_s);
    QVERIFY(issue[u"description"_s].toString().endsWith(u"Patchbay-Key: "_s + key));
    QCOMPARE(issue[u"custom_fields"_s][0][u"value"_s].toString(), key);
    const Result<std::optional<Receipt>> found = redmine.lookUp(key);
    QVERIFY2(found.ok(), qPrintable(failure(found)));
    QVERIFY(found->has_value());
    QCOMPARE((*found)->externalId, sent->externalId);
    QCOMPARE((*found)->url, sent->url);
}

void TestRedmineServer::findsATaskWhoseAnswerWasLost()
{
    LiveRedmine redmine(*m_browser);
    const QString key = newKey();
    redmine.losing.loses = true;
    const Result<Receipt> lost = redmine.deliver(LiveRedmine::task(u"Lost answer"_s), key);
    QVERIFY(!lost.ok());
    QVERIFY(lost.error().ambiguous);
    const Result<std::optional<Receipt>> found = redmine.lookUp(key);
    QVERIFY2(found.ok(), qPrintable(failure(found)));
    QVERIFY(found->has_value());
}

void TestRedmineServer::findsATaskByItsTextWhenTheFieldIsUnknown()
{
    for (const QString &field : {u""_s, u"987654"_s}) { // none, and one that Redmine silently drops and ignores
        LiveRedmine redmine(*m_browser, {{u"key_field"_s, field}});
        const QString key = newKey();
        const Result<Receipt> sent = redmine.deliver(LiveRedmine::task(u"By text"_s), key);
        QVERIFY2(sent.ok(), qPrintable(failure(sent)));
        const Result<std::optional<Receipt>> found = redmine.lookUp(key);
        QVERIFY2(found.ok(), qPrintable(failure(found)));
        QVERIFY(found->has_value());
        QCOMPARE((*found)->externalId, sent->externalId);
    }
}

void TestRedmineServer::findsATaskThatIsClosedOrMoved()
{
    for (const QString &field : {u""_s, m_browser->text("key_field")}) {
        LiveRedmine redmine(*m_browser, {{u"key_field"_s, field}});
        const QString key = newKey();
        const Result<Receipt> sent = redmine.deliver(LiveRedmine::task(u"Closed"_s), key);
        QVERIFY2(sent.ok(), qPrintable(failure(sent)));
        m_browser->api("PUT", u"/issues/%1.json"_s.arg(sent->externalId),
                       {{u"issue"_s, QJsonObject{{u"status_id"_s, 5}, {u"subject"_s, u"renamed"_s}}}});
        const Result<std::optional<Receipt>> found = redmine.lookUp(key);
        QVERIFY2(found.ok(), qPrintable(failure(found)));
        QVERIFY(found->has_value());
    }
}

void TestRedmineServer::findsNothingWhereNothingIs()
{
    LiveRedmine redmine(*m_browser);
    QVERIFY(redmine.deliver(LiveRedmine::task(u"Someone else's"_s), newKey()).ok());
    const Result<std::optional<Receipt>> found = redmine.lookUp(newKey());
    QVERIFY2(found.ok(), qPrintable(failure(found)));
    QVERIFY(!found->has_value());
}

void TestRedmineServer::attachesEachFileOnceWhateverAnswerIsLost()
{
    TaskPayload task = LiveRedmine::task(u"With files"_s);
    const QByteArray bytes = QByteArray("PNG\0\r\n--x\xff", 10).repeated(1000);
    task.attachments = {{bytes, u"发票 \"1\" <b>&#.png"_s, u"image/png"_s, bytes.size()},
                        {"two", u"notes'.txt"_s, u"text/plain"_s, 3}};
    for (int lost = 0; lost <= 5; ++lost) { // the creation, then an upload and a link for each; 5: none
        LiveRedmine redmine(*m_browser);
        const QString key = newKey();
        redmine.losing.loses = true;
        redmine.losing.arriving = lost;
        const Result<Receipt> first = redmine.deliver(task, key);
        QCOMPARE(first.ok(), lost == 5);
        redmine.losing.loses = false;
        QVERIFY(first || first.error().ambiguous);
        const Result<Receipt> sent = first ? first : redmine.deliver(task, key);
        QVERIFY2(sent.ok() && sent->notice.isEmpty(), qPrintable(failure(sent)));
        const QJsonObject got = m_browser->api("GET", u"/issues/%1.json?include=attachments"_s.arg(sent->externalId));
        QStringList told;
        for (const QJsonValue &file : got[u"issue"_s][u"attachments"_s].toArray())
            told << u"%1 %2"_s.arg(file[u"filename"_s].toString()).arg(file[u"filesize"_s].toInteger());
        told.sort();
        QCOMPARE(told, QStringList({u"notes_.txt 3"_s, u"发票 _1_ _b_&#.png %1"_s.arg(bytes.size())}));
    }
}

void TestRedmineServer::readsTheStatusBack()
{
    LiveRedmine redmine(*m_browser);
    const Result<Receipt> sent = redmine.deliver(LiveRedmine::task(u"Status"_s), newKey());
    QVERIFY2(sent.ok(), qPrintable(failure(sent)));
    Result<RemoteTask> status = tests::await(redmine.connector->status(sent->externalId));
    QVERIFY2(status.ok(), qPrintable(failure(status)));
    QCOMPARE(status->status, u"New"_s);
    QVERIFY(!status->closed);
    QCOMPARE(status->url, sent->url);
    m_browser->api("PUT", u"/issues/%1.json"_s.arg(sent->externalId), {{u"issue"_s, QJsonObject{{u"status_id"_s, 5}}}});
    status = tests::await(redmine.connector->status(sent->externalId));
    QVERIFY2(status.ok(), qPrintable(failure(status)));
    QCOMPARE(status->status, u"Closed"_s);
    QVERIFY(status->closed);
    m_browser->api("DELETE", u"/issues/%1.json"_s.arg(sent->externalId));
    status = tests::await(redmine.connector->status(sent->externalId));
    QVERIFY(!status.ok());
    QCOMPARE(status.error().kind, Error::Kind::NotFound);
}

void TestRedmineServer::keepsTheWholeOfALongTitle()
{
    LiveRedmine redmine(*m_browser);
    const QString title = u"Ärger mit 😀 "_s.repeated(60).trimmed();
    const Result<Receipt> sent = redmine.deliver(LiveRedmine::task(title), newKey());
    QVERIFY2(sent.ok(), qPrintable(failure(sent)));
    const QJsonObject issue = m_browser->api("GET", u"/issues/%1.json"_s.arg(sent->externalId))[u"issue"_s].toObject();
    QVERIFY(issue[u"subject"_s].toString().endsWith(u'…'));
    QVERIFY(issue[u"description"_s].toString().contains(u"Title: "_s + title));
}

void TestRedmineServer::setsPriorityDueDateAndTracker()
{
    LiveRedmine redmine(*m_browser, {{u"tracker"_s, u"3"_s}});
    TaskPayload task = LiveRedmine::task(u"Priority"_s);
    task.priority = Priority::Urgent;
    task.due = Timestamp::from(QDateTime::currentDateTime().addDays(-3));
    const Result<Receipt> sent = redmine.deliver(task, newKey());
    QVERIFY2(sent.ok(), qPrintable(failure(sent)));
    const QJsonObject issue = m_browser->api("GET", u"/issues/%1.json"_s.arg(sent->externalId))[u"issue"_s].toObject();
    QCOMPARE(issue[u"priority"_s][u"name"_s].toString(), u"Urgent"_s);
    QCOMPARE(issue[u"tracker"_s][u"id"_s].toInt(), 3);
    QCOMPARE(issue[u"due_date"_s].toString(), QDate::currentDate().addDays(-3).toString(Qt::ISODate));
}

void TestRedmineServer::refusesWithRedminesOwnWords()
{
    LiveRedmine redmine(*m_browser);
    TaskPayload task = LiveRedmine::task(u"Wrong"_s);
    task.fields = {{u"priority_id"_s, u"4711"_s}};
    const Result<Receipt> sent = redmine.deliver(task, newKey());
    QVERIFY(!sent.ok());
    QCOMPARE(sent.error().kind, Error::Kind::Refused);
    QVERIFY(!sent.error().ambiguous);
    QVERIFY2(sent.error().message.contains(u"Priority cannot be blank"_s), qPrintable(sent.error().message));
}

void TestRedmineServer::offersChoices()
{
    LiveRedmine redmine(*m_browser);
    const Result<std::vector<FieldChoice>> fields = tests::await(redmine.connector->fields());
    QVERIFY2(fields.ok(), qPrintable(failure(fields)));
    QSet<QString> seen;
    for (const FieldChoice &choice : *fields)
        seen.insert(choice.field + u'=' + choice.title);
    QVERIFY(seen.contains(u"tracker_id=Bug"_s) && seen.contains(u"priority_id=Urgent"_s)
            && seen.contains(u"project_id=Support"_s));
}

void TestRedmineServer::saysWhoIsSignedInAndWhatMayBeDone()
{
    LiveRedmine redmine(*m_browser);
    const Result<QString> said = tests::await(redmine.connector->test());
    QVERIFY2(said.ok(), qPrintable(failure(said)));
    QVERIFY2(said->startsWith(u"Signed in as "_s) && said->contains(u"Support can be read"_s)
                 && said->contains(u"may create issues"_s),
             qPrintable(*said));
}

void TestRedmineServer::saysWhatIsWrongWithTheSettings()
{
    const auto test = [this](const QJsonObject &settings, const QString &apiKey = {}) {
        LiveRedmine redmine(*m_browser, settings, apiKey);
        const Result<QString> said = tests::await(redmine.connector->test());
        return said.ok() ? makeError(Error::Kind::Cancelled, *said) : said.error();
    };
    QCOMPARE(test({}, u"0123456789abcdef0123456789abcdef01234567"_s).kind, Error::Kind::Unauthorized);
    QCOMPARE(test({{u"project"_s, u"nowhere"_s}}).kind, Error::Kind::NotFound);
    QVERIFY(test({{u"tracker"_s, u"4711"_s}}).message.contains(u"no tracker with number 4711"_s));
    QVERIFY(test({{u"key_field"_s, u"4711"_s}}).message.contains(u"custom field 4711"_s));
    QCOMPARE(test({{u"url"_s, u"http://127.0.0.1:1"_s}}).kind, Error::Kind::Offline);
}

void TestRedmineServer::showsCustomersWordsAsText_data()
{
    QTest::addColumn<QString>("formatter");
    for (const char *formatter : {"textile", "markdown", "common_mark"})
        QTest::newRow(formatter) << QString::fromLatin1(formatter);
}

void TestRedmineServer::showsCustomersWordsAsText()
{
    QFETCH(QString, formatter);
    m_signedIn = m_signedIn || m_browser->signIn();
    QVERIFY(m_signedIn);
    QVERIFY(m_browser->formatWith(formatter));
    LiveRedmine redmine(*m_browser);
    TaskPayload task = LiveRedmine::task(u"Markup"_s, QString::fromUtf8(hostileWords));
    task.contact = {u"*Eve* </pre> {{toc}} !x.png!"_s, u"\"x\":http://evil.example"_s};
    task.category = u"h1. Cat"_s;
    const Result<Receipt> sent = redmine.deliver(task, newKey());
    QVERIFY2(sent.ok(), qPrintable(failure(sent)));
    const QString html = m_browser->renderedDescription(sent->externalId);
    QSet<QString> elements;
    QString shown = textOf(html, &elements);
    elements.subtract({u"p"_s, u"br"_s, u"pre"_s, u"code"_s});
    QVERIFY2(elements.isEmpty(), qPrintable(QStringList(elements.values()).join(u' ') + html));
    shown.remove(QChar(0x200b)).remove(u'\r');
    // Textile turns a bare & written as its own placeholder into &; nothing else may differ.
    QString wanted = QString::fromUtf8(hostileWords);
    if (formatter == u"textile"_s)
        wanted.replace(u"x%x%"_s, u"&"_s);
    QVERIFY2(shown.contains(wanted), qPrintable(shown));
    QVERIFY(shown.contains(u"From: *Eve* </pre> {{toc}} !x.png! (\"x\":http://evil.example)\nCategory: h1. Cat"_s));
}

PATCHBAY_TESTS(TestRedmineServer)
#include "tst_redmine_server.moc"
