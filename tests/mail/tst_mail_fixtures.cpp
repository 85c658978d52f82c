#include "core/mail/mail_files.h"
#include "support/mail_samples.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

using namespace patchbay;
using namespace patchbay::tests;

namespace {

QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The value of a header of a part as another parser read it; undefined when it has none.
QJsonValue headerOf(const QJsonObject &part, const QString &name)
{
    for (const QJsonValue &header : part.value(QStringLiteral("headers")).toArray()) {
        if (header.toObject().value(QStringLiteral("name")).toString() == name)
            return header.toObject().value(QStringLiteral("value"));
    }
    return QJsonValue(QJsonValue::Undefined);
}

QJsonObject firstAddress(const QJsonValue &value)
{
    return value.toObject()
        .value(QStringLiteral("Address"))
        .toObject()
        .value(QStringLiteral("List"))
        .toArray()
        .at(0)
        .toObject();
}

/// The named parameter of a Content-Type or Content-Disposition.
QString parameterOf(const QJsonValue &value, const QString &name)
{
    const QJsonObject type = value.toObject().value(QStringLiteral("ContentType")).toObject();
    for (const QJsonValue &attribute : type.value(QStringLiteral("attributes")).toArray()) {
        if (attribute.toObject().value(QStringLiteral("name")).toString() == name)
            return attribute.toObject().value(QStringLiteral("value")).toString();
    }
    return {};
}

/// All letters of a text, for comparing what two parsers made of it.
QString lettersOf(const QString &text)
{
    QString letters;
    for (const QChar c : text) {
        if (c.isLetterOrNumber())
            letters += c;
    }
    return letters;
}

} // namespace

/// Mails and expectations that other projects publish.
class MailFixtures : public QObject {
    Q_OBJECT

    QString m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        PATCHBAY_SKIP_WITHOUT_SHARED("contracts/payloads/email and data/real_mail.mbox");
        m_folder = sharedFolder() + QStringLiteral("/contracts/payloads/email/");
    }

    void areReadAsAnotherParserReadsThem_data()
    {
        QTest::addColumn<QString>("name");
        const QDir folder(m_folder);
        for (const QString &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
            const QString stem = name.chopped(5);
            if (QFile::exists(m_folder + stem + QStringLiteral(".eml")))
                QTest::newRow(qPrintable(stem)) << stem;
        }
    }

    void areReadAsAnotherParserReadsThem()
    {
        QFETCH(QString, name);
        const QJsonArray parts = QJsonDocument::fromJson(fileContent(m_folder + name + QStringLiteral(".json")))
                                     .object()
                                     .value(QStringLiteral("parts"))
                                     .toArray();
        const QJsonObject root = parts.at(0).toObject();
        const InboundMessage message = parsed(fileContent(m_folder + name + QStringLiteral(".eml")));

        const QJsonValue subject = headerOf(root, QStringLiteral("subject"));
        const bool utf7 = fileContent(m_folder + name + QStringLiteral(".eml")).contains("utf-7");
        if (!subject.isUndefined() && !utf7)
            QCOMPARE(message.subject, subject.toObject().value(QStringLiteral("Text")).toString());
        const QJsonObject from = firstAddress(headerOf(root, QStringLiteral("from")));
        QCOMPARE(message.from.address, from.value(QStringLiteral("address")).toString());
        QCOMPARE(message.from.name, from.value(QStringLiteral("name")).toString());
        const QJsonObject to = firstAddress(headerOf(root, QStringLiteral("to")));
        QCOMPARE(message.to.value(0), to.value(QStringLiteral("address")).toString());
        const QJsonValue id = headerOf(root, QStringLiteral("message_id"));
        if (!id.isUndefined())
            QCOMPARE(message.externalId, id.toObject().value(QStringLiteral("Text")).toString());

        int files = 0;
        QString letters;
        for (const QJsonValue &value : parts) {
            const QJsonObject part = value.toObject();
            const QJsonObject body = part.value(QStringLiteral("body")).toObject();
            const QString fileName =
                parameterOf(headerOf(part, QStringLiteral("content_disposition")), QStringLiteral("filename"));
            if (!fileName.isEmpty()) {
                QVERIFY(files < int(message.attachments.size()));
                QCOMPARE(message.attachments[size_t(files)].name, fileName);
                QCOMPARE(message.attachments[size_t(files)].bytes.size(),
                         body.value(QStringLiteral("Binary")).toArray().size());
                ++files;
            } else if (body.contains(QStringLiteral("Text"))) {
                letters += lettersOf(body.value(QStringLiteral("Text")).toString());
            } else if (body.contains(QStringLiteral("Html"))) {
                letters += lettersOf(plainText(bodyFromHtml(body.value(QStringLiteral("Html")).toString())));
            }
        }
        QCOMPARE(int(message.attachments.size()), files);
        if (name.startsWith(QStringLiteral("malformed"))) // we show more of what is broken
            QVERIFY(lettersOf(plainText(message.body)).contains(letters));
        else if (!utf7)
            QCOMPARE(lettersOf(plainText(message.body)), letters);
    }

    void loseNothingOfWhatHasNoExpectation()
    {
        const InboundMessage several =
            parsed(fileContent(m_folder + QStringLiteral("chatwoot_multiple_in_reply_to.eml")));
        QCOMPARE(several.references.size(), 3);
        QVERIFY(several.references.first().contains(QStringLiteral("78171@")));
        QCOMPARE(several.text, QStringLiteral("Let's talk about these images"));

        const InboundMessage automatic =
            parsed(fileContent(m_folder + QStringLiteral("chatwoot_auto_reply_with_auto_submitted.eml")));
        QVERIFY(automatic.automatic);
        QVERIFY(automatic.attachments.size() >= 1);
        QVERIFY(automatic.attachments[0].bytes.startsWith("\xff\xd8\xff"));

        const InboundMessage images =
            parsed(fileContent(m_folder + QStringLiteral("chatwoot_mail_with_inline_images.eml")));
        QCOMPARE(images.attachments.size(), 3u);
        QVERIFY(images.attachments[2].isInline);
        QCOMPARE(std::count_if(images.body.blocks.begin(), images.body.blocks.end(),
                               [](const BodyBlock &block) { return block.kind == BodyBlock::Kind::Image; }),
                 3);

        const InboundMessage copies = parsed(fileContent(m_folder + QStringLiteral("chatwoot_reply_cc.eml")));
        QCOMPARE(copies.cc, QStringList{QStringLiteral("test@example.com")});
        QCOMPARE(copies.text, QStringLiteral("Hello,\nFind the related inbox."));

        QCOMPARE(parsed(fileContent(m_folder + QStringLiteral("malformed_002.eml"))).text, QStringLiteral("body"));
        QVERIFY(
            parsed(fileContent(m_folder + QStringLiteral("malformed_004.eml"))).text.contains(QStringLiteral("body")));
        QCOMPARE(parsed(fileContent(m_folder + QStringLiteral("malformed_005.eml"))).text, QStringLiteral("body"));
    }

    void areAllReadOrRefusedWithASentence()
    {
        QFile file(sharedFolder() + QStringLiteral("/data/real_mail.mbox"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        int read = 0;
        int refused = 0;
        int withoutWords = 0;
        int withoutDate = 0;
        int replacement = 0;
        QSet<QString> keys;
        QElapsedTimer timer;
        timer.start();
        const std::function<bool(RawItem)> take = [&](RawItem item) {
            const Result<InboundMessage> message = parseMail(item.raw, QString());
            if (!message) {
                ++refused;
                qInfo("%s", qPrintable(message.error().message));
                return true;
            }
            ++read;
            withoutWords += message->text.isEmpty();
            withoutDate += !message->providerAt;
            replacement += message->text.contains(QChar::ReplacementCharacter);
            keys.insert(message->dedupeKey);
            return true;
        };
        const Result<int> count = readMbox(file, take);
        QVERIFY(count.ok());
        qInfo("%d mails in %lld ms: %d read, %d refused, %d without words, %d without date, %d with a broken "
              "character, %d keys",
              *count, timer.elapsed(), read, refused, withoutWords, withoutDate, replacement, int(keys.size()));
        QCOMPARE(*count, 500);
        QCOMPARE(read, 500);
        QCOMPARE(refused, 0);
        QVERIFY(withoutWords <= 8);
        QVERIFY(withoutDate <= 5);
        QVERIFY(replacement <= 5);
        QVERIFY(keys.size() >= 495);
    }
};

PATCHBAY_TESTS(MailFixtures)

#include "tst_mail_fixtures.moc"
