#include "core/ports/chat_connector.h"
#include "support/test_main.h"

#include <QtCore/QJsonArray>

using namespace patchbay;
using namespace Qt::StringLiterals;

namespace {

OutboundMessage wholeMessage()
{
    OutboundMessage message;
    message.messageId = u"0199@patchbay"_s;
    message.from = {u"Support"_s, u"support@shop.example"_s};
    message.to = {{u"Ann"_s, u"ann@customer.example"_s}, {QString(), u"bob@customer.example"_s}};
    message.cc = {{u"Eve"_s, u"eve@customer.example"_s}};
    message.subject = u"Re: Größe 退款"_s;
    message.text = u"Line one\nLine two"_s;
    message.inReplyTo = u"a@b"_s;
    message.references = {u"x@y"_s, u"a@b"_s};
    message.threadKey = u"chat-7"_s;
    message.createdAt = {1'772'625'600'123'456};
    return message;
}

} // namespace

class TestOutbound : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas();
    void refusesAMissingField_data();
    void refusesAMissingField();
    void refusesWrongTypesAndUnknownFields();
};

void TestOutbound::comesBackAsItWas()
{
    const OutboundMessage out = wholeMessage();
    const Result<OutboundMessage> in = outboundFromJson(toJson(out));
    QVERIFY2(in.ok(), in.ok() ? "" : qPrintable(in.error().message));
    QCOMPARE(in->messageId, out.messageId);
    QVERIFY(in->from == out.from && in->to == out.to && in->cc == out.cc);
    QCOMPARE(in->subject, out.subject);
    QCOMPARE(in->text, out.text);
    QCOMPARE(in->inReplyTo, out.inReplyTo);
    QCOMPARE(in->references, out.references);
    QCOMPARE(in->threadKey, out.threadKey);
    QCOMPARE(in->createdAt.us, out.createdAt.us);
    QVERIFY(outboundFromJson(toJson(OutboundMessage{})).ok());
}

void TestOutbound::refusesAMissingField_data()
{
    QTest::addColumn<QString>("key");
    const QStringList keys = toJson(wholeMessage()).keys();
    QCOMPARE(keys.size(), 10);
    for (const QString &key : keys)
        QTest::newRow(qPrintable(key)) << key;
}

void TestOutbound::refusesAMissingField()
{
    QFETCH(QString, key);
    QJsonObject json = toJson(wholeMessage());
    json.remove(key);
    const Result<OutboundMessage> read = outboundFromJson(json);
    QVERIFY(!read.ok());
    QCOMPARE(read.error().kind, Error::Kind::Protocol);
    QVERIFY2(read.error().message.contains(u'/' + key), qPrintable(read.error().message));
}

void TestOutbound::refusesWrongTypesAndUnknownFields()
{
    const auto fault = [](const QString &key, const QJsonValue &value) {
        QJsonObject json = toJson(wholeMessage());
        json.insert(key, value);
        const Result<OutboundMessage> read = outboundFromJson(json);
        return read.ok() ? QString() : read.error().message;
    };
    QVERIFY(fault(u"subject"_s, 7).contains(u"/subject"_s));
    QVERIFY(fault(u"to"_s, QJsonArray{u"ann@x"_s}).contains(u"/to/name"_s));
    QVERIFY(fault(u"from"_s, QJsonObject{{u"name"_s, u"x"_s}}).contains(u"/from/address"_s));
    QVERIFY(fault(u"references"_s, QJsonArray{1}).contains(u"/references"_s));
    QVERIFY(fault(u"created_at"_s, -1).contains(u"/created_at"_s));
    QVERIFY(fault(u"created_at"_s, u"now"_s).contains(u"/created_at"_s));
    QVERIFY(fault(u"bcc"_s, QJsonArray()).contains(u"/bcc"_s));
    QVERIFY(fault(u"cc"_s, QJsonArray{QJsonObject{{u"name"_s, u""_s}, {u"address"_s, u""_s}, {u"x"_s, 1}}})
                .contains(u"/cc/x"_s));
}

PATCHBAY_TESTS(TestOutbound)
#include "tst_outbound.moc"
