#include "core/engine/classifier.h"
#include "core/engine/default_taxonomy.h"
#include "core/engine/evidence_places.h"
#include "core/mail/mail.h"
#include "core/model/routing.h"
#include "support/test_main.h"

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// Where the words of a classification stand in the message that a person sees.
class EvidencePlacesTest final : public QObject {
    Q_OBJECT

    using State = EvidencePlaces::State;

    static Message mail(const QByteArray &subject, const QByteArray &contentType, const QByteArray &body)
    {
        const auto read = parseMail("From: Ana <ana@example.org>\r\nTo: desk@example.org\r\nSubject: " + subject
                                        + "\r\nMIME-Version: 1.0\r\nContent-Type: " + contentType + "\r\n\r\n" + body,
                                    u"desk@example.org"_s);
        Message message;
        message.id = {7};
        if (read) {
            message.subject = read->subject;
            message.text = read->text;
            message.body = read->body;
        }
        return message;
    }
    static Message plain(const QByteArray &body, const QByteArray &subject = "Hello")
    {
        return mail(subject, "text/plain; charset=utf-8", body);
    }
    static Message both(const QByteArray &plainPart, const QByteArray &html)
    {
        return mail("Hello", "multipart/alternative; boundary=b",
                    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + plainPart
                        + "\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n--b--\r\n");
    }
    static QStringList wordsAt(const Message &message, const EvidencePlaces &found)
    {
        QStringList words;
        for (const EvidencePlace &place : found.places) {
            QString text;
            for (const BodyRun &run : message.body.blocks.at(place.block).runs)
                text += run.text;
            words << text.mid(place.start, place.size);
        }
        return words;
    }

private Q_SLOTS:
    void findsEachPlaceOfAWordAndSaysForWhatItSpoke()
    {
        const Message message = plain("Please refund me.\r\n\r\nA full REFUND, no voucher.");
        const EvidencePlaces found = evidencePlaces(message, {{u"refund"_s, 0.6}, {u"voucher"_s, -0.2}});
        QCOMPARE(found.state, State::Placed);
        QCOMPARE(found.message.value, 7);
        QCOMPARE(wordsAt(message, found), (QStringList{u"refund"_s, u"REFUND"_s, u"voucher"_s}));
        QCOMPARE(found.places[0].weight, 0.6);
        QCOMPARE(found.places[2].weight, -0.2);
    }

    void leavesQuotedHistoryAndSignaturesAlone()
    {
        const Message message = plain("The refund is missing.\r\n\r\nOn Mon, 1 Jun 2026 at 10:00, Desk wrote:\r\n"
                                      "> Your refund comes soon.\r\n\r\n-- \r\nAna, Refund Street 5\r\n");
        QVERIFY(!plainText(message.body, BodyBlock::Part::QuotedHistory).isEmpty());
        const EvidencePlaces found = evidencePlaces(message, {{u"refund"_s, 0.6}});
        QCOMPARE(found.state, State::Placed);
        QCOMPARE(found.places.size(), 1u);
        QCOMPARE(message.body.blocks.at(found.places[0].block).part, BodyBlock::Part::Text);
    }

    void placesWhatWasReadInThePlainPartInTheShownOne()
    {
        const Message message = both("Please send my refund now. The refund\r\nis late.",
                                     "<p>Please send my <b>ref</b>und now.</p><ul><li>The refund is late.</li></ul>");
        const EvidencePlaces found = evidencePlaces(message, {{u"refund"_s, 0.6}, {u"late"_s, 0.1}});
        QCOMPARE(found.state, State::Placed);
        QCOMPARE(wordsAt(message, found), (QStringList{u"refund"_s, u"refund"_s, u"late"_s}));
    }

    void placesNothingWhereTheShownPartHasTheWordsOtherwise()
    {
        const Message message = both("Please send my refund now, before the week is over and I forget it all.",
                                     "<p>Refund! Please send my refund now, before the week is over.</p>");
        QVERIFY(message.text.startsWith(u"Please"_s)); // what was read is the plain part
        const EvidencePlaces found = evidencePlaces(message, {{u"refund"_s, 0.6}});
        QCOMPARE(found.state, State::ShownOtherwise);
        QVERIFY(found.places.empty());
    }

    void placesNothingBeyondWhatWasRead()
    {
        const Message message = plain("A refund please. " + QByteArray("Filler words stand here. ").repeated(200)
                                      + "Then the refund again.");
        QVERIFY(message.text.size() > 4500);
        const EvidencePlaces found = evidencePlaces(message, {{u"refund"_s, 0.6}});
        QCOMPARE(found.state, State::Placed);
        QCOMPARE(found.places.size(), 1u);
    }

    void saysWhichWordsStandInTheSubjectAlone()
    {
        const Message message = plain("Where is it? My parcel left on Monday.", "Re: Refund for my parcel");
        const EvidencePlaces found = evidencePlaces(message, {{u"Refund"_s, 0.6}, {u"parcel"_s, 0.2}, {u"Re"_s, 0.1}});
        QCOMPARE(found.state, State::OtherMessage); // "Re:" was never read
        const EvidencePlaces read = evidencePlaces(message, {{u"Refund"_s, 0.6}, {u"parcel"_s, 0.2}});
        QCOMPARE(read.state, State::Placed);
        QCOMPARE(read.inSubject, QStringList{u"Refund"_s});
        QCOMPARE(wordsAt(message, read), QStringList{u"parcel"_s});
    }

    void placesNothingInAMessageThatWasNotTheOneThatWasRead()
    {
        const EvidencePlaces found = evidencePlaces(plain("Any news about the refund?"), //
                                                    {{u"refund"_s, 0.6}, {u"twice"_s, 0.3}});
        QCOMPARE(found.state, State::OtherMessage);
        QVERIFY(found.places.empty());
    }

    void takesTwoWordsTogetherOnlyWhereTheClassifierDoes()
    {
        const QString text = u"I lost my card. Card holder: Ana. It is my. Card!"_s;
        const std::vector<EvidenceSpan> spans = evidenceSpans(text, {{u"my card"_s, 0.5}});
        QCOMPARE(spans.size(), 1u);
        QCOMPARE(text.mid(spans[0].start, spans[0].size), u"my card"_s);
    }

    void placesAllThatTheClassifierItselfGivesAsItsReasons()
    {
        Taxonomy taxonomy = defaultTaxonomy();
        for (size_t i = 0; i < taxonomy.size(); ++i)
            taxonomy[i].id = {qint64(i) + 1};
        const auto classifier = Classifier::seeded(taxonomy);
        for (const QByteArray &text : {QByteArray("My card was charged twice, please refund one payment."),
                                       QByteArray("请退款，我的订单还没有到。"),
                                       QByteArray("Wo ist mein Paket?\r\n\r\nDie Lieferung fehlt seit Tagen.")}) {
            const Message message = plain(text, "Frage");
            const Classification about = classifier->classify(message.subject, message.text);
            const EvidencePlaces found = evidencePlaces(message, about.because);
            QCOMPARE(found.state, about.because.empty() ? State::None : State::Placed);
            for (size_t i = 1; i < found.places.size(); ++i) {
                const EvidencePlace &before = found.places[i - 1];
                QVERIFY(before.block < found.places[i].block || before.start + before.size <= found.places[i].start);
            }
        }
    }

    void survivesHostileTexts()
    {
        for (const QString &text :
             {QString(), QString(100'000, u'x'), u"refund "_s.repeated(50'000), QString(5000, QChar(0)),
              QString(3000, QChar(0xdc00)), QString(50, QChar::ObjectReplacementCharacter)}) {
            Message message;
            message.text = text;
            BodyBlock block;
            block.runs.push_back({text});
            message.body.blocks.push_back(block);
            const EvidencePlaces found =
                evidencePlaces(message, {{u"refund"_s, 0.6}, {u"?!"_s, 0.1}, {QString(), 0.1}});
            for (const EvidencePlace &place : found.places)
                QVERIFY(place.start >= 0 && place.size > 0 && place.start + place.size <= text.size());
        }
    }

    void keepsWhereKeptReasonsWereRead()
    {
        Classification kept;
        kept.because = {{u"refund"_s, 0.5}};
        kept.readFrom = {42};
        QCOMPARE(classificationFromJson(toJson(kept)).readFrom.value, 42);
        const auto stored = QJsonDocument::fromJson(jsonText(kept).toUtf8()).object();
        QCOMPARE(stored, toJson(kept));
        kept.readFrom = {};
        QVERIFY(!toJson(kept).contains(u"read_from"_s));
        QCOMPARE(QJsonDocument::fromJson(jsonText(kept).toUtf8()).object(), toJson(kept));
    }
};

} // namespace patchbay::tests

using patchbay::tests::EvidencePlacesTest;
PATCHBAY_TESTS(EvidencePlacesTest)
#include "tst_evidence_places.moc"
