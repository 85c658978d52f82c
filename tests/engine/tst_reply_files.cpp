#include "core/store/loose_files.h"
#include "core/store/misc_tables.h"
#include "support/chat_desk.h"
#include "support/test_main.h"

#include <QtCore/QTemporaryDir>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

namespace {

/// A chat whose platform takes files, and a folder with some.
struct FilesDesk : ChatDesk {
    explicit FilesDesk(const StorePlace &place)
        : ChatDesk(place)
    {
        info().abilities.files = {.most = 1, .largest = 1000, .longestCaption = 20};
    }
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("the test's file cannot be written");
        return file.fileName();
    }
    Result<OutboundFile> keep(const QString &name, const QByteArray &bytes)
    {
        return answer(commands->keepFile(write(name, bytes)));
    }
    Result<Commands::Reply> replyWith(const QString &text, std::vector<OutboundFile> files)
    {
        return answer(commands->reply(only().id, text, std::move(files)));
    }
    QHash<QString, QString> drafts()
    {
        return run([this, id = only().id](Database &db) {
            QHash<QString, QString> all;
            for (const drafts::Draft &draft : drafts::of(db, id, commands->me().id))
                all.insert(draft.kind, draft.text);
            return all;
        });
    }
    /// Files that go in a sweep which has all of the store to look at.
    qint64 swept()
    {
        return answer(store->write([files = &store->files()](Database &db) -> Result<qint64> {
                   for (int i = 0; i < 256; ++i) {
                       const auto all = files->list(QByteArray::number(i, 16).rightJustified(2, '0'));
                       if (!all)
                           return all.error();
                       loose_files::add(db, *all);
                   }
                   const auto swept = loose_files::sweep(db, *files, 1000);
                   if (!swept)
                       return swept.error();
                   return swept->files;
               }))
            .value();
    }
    QTemporaryDir folder;
};

QStringList fileNamesIn(const std::vector<OutboundFile> &files)
{
    QStringList names;
    for (const OutboundFile &file : files)
        names << file.name;
    return names;
}

} // namespace

/// Files that go along with a reply: frozen when they are attached, one by one where the platform takes them so.
class ReplyFileTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void goOutAsTheyWereWhenTheyWereAttached()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"My invoice, please"_s)}));
        const Result<OutboundFile> file = desk.keep(u"invoice.pdf"_s, "%PDF-1.4 as it was");
        QVERIFY2(file, file ? "" : qPrintable(file.error().message));
        QCOMPARE(file->mediaType, u"application/pdf"_s);
        desk.write(u"invoice.pdf"_s, "another one");
        const auto reply = desk.replyWith(u"Here it is."_s, {*file});
        QVERIFY2(reply, reply ? "" : qPrintable(reply.error().message));
        QVERIFY(QFile::remove(desk.folder.filePath(u"invoice.pdf"_s)));
        QVERIFY(desk.work());
        QCOMPARE(desk.chat.sent.size(), size_t(1));
        QCOMPARE(desk.chat.sent[0].text, u"Here it is."_s);
        QVERIFY(desk.chat.sent[0].files == std::vector<OutboundFile>{*file});
        QCOMPARE(desk.store->files().get(file->sha256).value(), QByteArray("%PDF-1.4 as it was"));
        const Message ours = desk.timeline(desk.only().id).back();
        QCOMPARE(ours.attachments.size(), size_t(1));
        QCOMPARE(ours.attachments[0].name, u"invoice.pdf"_s);
        QVERIFY(ours.attachments[0].isLoaded());
    }

    void areMessagesEachInOrderWhereOneFileIsTakenAtATime()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Everything, please"_s)}));
        const OutboundFile a = *desk.keep(u"a.txt"_s, "a");
        const OutboundFile b = *desk.keep(u"b.txt"_s, "b");
        const auto reply = desk.replyWith(u"Both."_s, {a, b});
        QVERIFY(reply);
        QCOMPARE(reply->deliveries.size(), size_t(2));
        const auto longer = desk.replyWith(u"A text that is longer than a caption may be."_s, {a});
        QVERIFY(longer);
        QCOMPARE(longer->deliveries.size(), size_t(2));
        for (int i = 0; i < 4; ++i)
            QVERIFY(desk.work());
        QStringList went;
        for (const OutboundMessage &one : desk.chat.sent)
            went << one.text + u'|' + fileNamesIn(one.files).join(u',');
        QCOMPARE(went,
                 (QStringList{u"Both.|a.txt"_s, u"|b.txt"_s, u"A text that is longer than a caption may be.|"_s,
                              u"|a.txt"_s}));
        QCOMPARE(QSet<QString>(desk.chat.keys.begin(), desk.chat.keys.end()).size(), 4);
    }

    void keepTheirOwnStateWhenOneOfThemIsLost()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Both, please"_s)}));
        const auto reply = desk.replyWith({}, {*desk.keep(u"a.txt"_s, "a"), *desk.keep(u"b.txt"_s, "b")});
        QVERIFY(reply);
        desk.chat.next = ScriptedChat::End::LoseAnswer; // of the first
        desk.chat.whileSending = [&desk](const QString &, const OutboundMessage &) {
            desk.chat.next = ScriptedChat::End::Answer;
        };
        QVERIFY(desk.work());
        QCOMPARE(desk.delivery(reply->deliveries[0]).state, DeliveryState::Unknown);
        QCOMPARE(desk.delivery(reply->deliveries[1]).state, DeliveryState::Sent);
        QCOMPARE(desk.chat.sent.size(), size_t(2)); // what may have arrived is not repeated
        // What comes back is known by its file: the other one was sent with an id.
        ChatItem back = said(u"100"_s, {});
        back.file = u"a.txt"_s;
        back.self = true;
        QVERIFY(desk.tell({back}));
        QCOMPARE(desk.delivery(reply->deliveries[0]).state, DeliveryState::Sent);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(3));
        back = said(u"777"_s, {});
        back.file = u"photo.png"_s;
        back.self = true;
        QVERIFY(desk.tell({back})); // written elsewhere
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(4));
    }

    void areTheSameMessageWhenTheyComeBackWithTheIdThatTheAnswerLacked()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"The picture, please"_s)}));
        ChatItem back = said(u"100"_s, u"Here."_s);
        back.file = u"a.png"_s;
        back.self = true;
        const OutboundFile file = *desk.keep(u"a.png"_s, "a");
        desk.chat.next = ScriptedChat::End::AnswerWithoutId;
        const auto first = desk.replyWith(u"Here."_s, {file});
        QVERIFY(desk.work());
        QVERIFY(desk.delivery(first->delivery).isWithoutId());
        QVERIFY(desk.tell({back, back}));
        QCOMPARE(desk.delivery(first->delivery).externalId, u"c1:100"_s);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(2));

        desk.chat.whileSending = [&desk, back](const QString &, const OutboundMessage &) {
            ChatItem quick = back;
            quick.id = u"101"_s;
            auto taken = desk.intake->accept(desk.channel, desk.batch({quick}));
        };
        const auto second = desk.replyWith(u"Here."_s, {file}); // its echo is quicker than the answer
        QVERIFY(desk.work());
        QVERIFY(answer(desk.intake->drain()));
        QCOMPARE(desk.delivery(second->delivery).externalId, u"c1:101"_s);
        QCOMPARE(desk.delivery(second->delivery).state, DeliveryState::Sent);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(3));
    }

    void comeBackIntoTheDraftWhenTheReplyIsTakenBack()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        desk.commands->setHoldTime(std::chrono::seconds(60));
        const OutboundFile a = *desk.keep(u"a.txt"_s, "a");
        const OutboundFile b = *desk.keep(u"b.txt"_s, "b");
        QVERIFY(answer(desk.commands->saveDraft(desk.only().id, draftedFiles, asDraft({a, b}))));
        const auto reply = desk.replyWith(u"Both of them, with many words."_s, {a, b});
        QCOMPARE(reply->deliveries.size(), size_t(3));
        QVERIFY(desk.drafts().isEmpty());
        QVERIFY(answer(desk.commands->takeReplyBack(reply->deliveries)));
        for (const DeliveryId one : reply->deliveries)
            QCOMPARE(desk.delivery(one).state, DeliveryState::Cancelled);
        QCOMPARE(desk.drafts().value(u"reply"_s), u"Both of them, with many words."_s);
        QVERIFY((filesFromDraft(desk.drafts().value(draftedFiles)) == std::vector<OutboundFile>{a, b}));

        const auto again = desk.replyWith(u"Both of them, with many words."_s, {a, b});
        QVERIFY(answer(desk.commands->cancelDelivery(again->deliveries[0])));
        const auto late = answer(desk.commands->takeReplyBack(again->deliveries));
        QVERIFY(!late); // one of them cannot be: then nothing is taken back
        QCOMPARE(desk.delivery(again->deliveries[1]).state, DeliveryState::Queued);
        QCOMPARE(desk.delivery(again->deliveries[2]).state, DeliveryState::Queued);
    }

    void areNotSweptAwayWhileADraftOrAReplyHasThem()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const ConversationId id = desk.only().id;
        const OutboundFile file = *desk.keep(u"a.txt"_s, "a");
        QVERIFY(answer(desk.commands->saveDraft(id, draftedFiles, asDraft({file}))));
        QCOMPARE(desk.swept(), 0);
        const auto reply = desk.replyWith(u"Here."_s, {file});
        QVERIFY(reply && desk.drafts().isEmpty());
        QCOMPARE(desk.swept(), 0); // it waits in the Outbox
        QVERIFY(desk.store->files().get(file.sha256));

        const OutboundFile other = *desk.keep(u"b.txt"_s, "b");
        QVERIFY(answer(desk.commands->saveDraft(id, draftedFiles, asDraft({other}))));
        QVERIFY(answer(desk.commands->saveDraft(id, draftedFiles, {}))); // taken off again
        QCOMPARE(desk.run([](Database &db) { return loose_files::count(db); }), 1);
        QVERIFY(desk.keep(u"c.txt"_s, "b")); // the same content once more
        QCOMPARE(desk.run([](Database &db) { return loose_files::count(db); }), 0);
        QCOMPARE(desk.swept(), 1); // nobody has it
        QVERIFY(!desk.store->files().get(other.sha256));
    }

    void areRefusedInASentenceThatSaysWhatToDo()
    {
        PATCHBAY_STORE_PLACE(place);
        FilesDesk desk(place);
        QVERIFY(desk.tell({said(u"1"_s, u"Hello"_s)}));
        const auto why = [](const auto &result) { return result ? u"taken"_s : result.error().message; };
        QVERIFY(why(desk.keep(u"empty.txt"_s, {})).contains(u"“empty.txt” is empty: choose another file"_s));
        QVERIFY(why(answer(desk.commands->keepFile(desk.folder.filePath(u"gone.txt"_s)))).contains(u"is not there"_s));
        QVERIFY(why(answer(desk.commands->keepFile(desk.folder.path()))).contains(u"is a folder"_s));
        QVERIFY(
            why(desk.keep(u"large.bin"_s, QByteArray(largestAttachedFile + 1, 'x'))).contains(u"larger than 25 MB"_s));
        const OutboundFile file = *desk.keep(u"a.bin"_s, QByteArray(1001, 'x'));
        QVERIFY(why(desk.replyWith(u"Here."_s, {file})).contains(u"Chatter takes at most 1.0 kB for one file"_s));
        desk.info().abilities.files.largest = 2000;
        desk.info().abilities.files.types = {u"image/"_s};
        QVERIFY(why(desk.replyWith(u"Here."_s, {file})).contains(u"does not take files of the kind"_s));
        desk.info().abilities.files = {};
        QVERIFY(why(desk.replyWith(u"Here."_s, {file})).contains(u"Chatter takes no files from here"_s));
        QCOMPARE(why(desk.replyWith(u" "_s, {})), u"The reply is empty."_s);
        QCOMPARE(desk.timeline(desk.only().id).size(), size_t(1));
    }
};

PATCHBAY_TESTS(ReplyFileTests)
#include "tst_reply_files.moc"
