#include "core/store/saved_search_table.h"
#include "support/command_desk.h"
#include "support/test_main.h"

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

class TestCommandsSearch : public QObject {
    Q_OBJECT

private:
    static std::vector<SavedSearch> kept(CommandDesk &desk)
    {
        return desk.get([](Database &db) { return saved_searches::all(db); });
    }

private Q_SLOTS:
    void keepsASearchAndWritesDownWhoDidWhat()
    {
        CommandDesk desk;
        QVERIFY(await(desk.commands->saveSearch(u" Refunds\n"_s, u"  refund   is:open "_s)));
        QVERIFY(await(desk.commands->saveSearch(u"Late"_s, u"late"_s)));
        const SavedSearch saved = kept(desk).front();
        QCOMPARE(saved.name, u"Refunds"_s);
        QCOMPARE(saved.query, u"refund is:open"_s);
        QCOMPARE(saved.createdBy, desk.me.id);
        QVERIFY(await(desk.commands->renameSearch(saved.id, u"Money back"_s)));
        QVERIFY(await(desk.commands->changeSearch(saved.id, u"refund"_s)));
        QVERIFY(await(desk.commands->moveSearch(saved.id, 2)));
        QCOMPARE(kept(desk).back().name, u"Money back"_s);
        QVERIFY(await(desk.commands->removeSearch(saved.id)));
        QCOMPARE(kept(desk).size(), size_t(1));
        QStringList actions;
        for (const audit::Entry &entry : desk.get([](Database &db) { return audit::newest(db, 10); })) {
            if (entry.subjectUid == saved.uid && entry.operatorId == desk.me.id)
                actions.prepend(entry.action);
        }
        QCOMPARE(actions,
                 (QStringList{u"save_search"_s, u"rename_search"_s, u"change_search"_s, u"move_search"_s,
                              u"remove_search"_s}));
    }

    void refusesWhatNobodyCouldFindAgain()
    {
        CommandDesk desk;
        const auto kind = [](const Result<Done> &done) { return done ? Error::Kind::Cancelled : done.error().kind; };
        QCOMPARE(kind(await(desk.commands->saveSearch(u" "_s, u"x"_s))), Error::Kind::Refused);
        QCOMPARE(kind(await(desk.commands->saveSearch(QString(61, u'x'), u"x"_s))), Error::Kind::Refused);
        QCOMPARE(kind(await(desk.commands->saveSearch(u"x"_s, u"  "_s))), Error::Kind::Refused);
        QCOMPARE(kind(await(desk.commands->saveSearch(u"x"_s, QString(501, u'x')))), Error::Kind::Refused);
        QVERIFY(kept(desk).empty());
        QVERIFY(await(desk.commands->saveSearch(u"x"_s, u"x"_s)));
        QCOMPARE(kind(await(desk.commands->saveSearch(u"x"_s, u"y"_s))), Error::Kind::Conflict);
        QCOMPARE(kind(await(desk.commands->renameSearch(kept(desk).front().id, u""_s))), Error::Kind::Refused);
        QCOMPARE(kind(await(desk.commands->removeSearch({999}))), Error::Kind::NotFound);
        QCOMPARE(kept(desk).front().name, u"x"_s);
    }
};

PATCHBAY_TESTS(TestCommandsSearch)
#include "tst_commands_search.moc"
