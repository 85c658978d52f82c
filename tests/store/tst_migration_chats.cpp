#include "core/store/message_event_table.h"
#include "core/store/message_table.h"
#include "core/store/migrations.h"
#include "core/store/raw_message_table.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QDir>

using namespace patchbay;
using namespace patchbay::tests;

/// A workspace from before chats were read goes on with them.
class ChatMigration : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void keepsMessagesFilesAndCountersWhenChatsCome()
    {
        PATCHBAY_STORE_PLACE(place);
        QVERIFY(migrationSteps({})); // the steps are there to be listed
        const QTemporaryDir before;
        const QDir builtIn(QStringLiteral(":/patchbay/migrations"));
        const QStringList chats = builtIn.entryList({QStringLiteral("*_chats.sql")});
        QCOMPARE(chats.size(), 1);
        for (const QString &name : builtIn.entryList()) {
            if (name < chats.front())
                QVERIFY(QFile::copy(builtIn.filePath(name), before.filePath(name)));
        }
        {
            StoreOptions old = place.options();
            old.migrations = before.path();
            const auto store = Store::open(old);
            QVERIFY2(store, store ? "" : qPrintable(store.error().message));
            const auto filled = answer((*store)->write([](Database &db) {
                db.exec("INSERT INTO channel (id, uid, connector, name, settings, added_at) VALUES (1, 'c', 'mail', "
                        "'C', '{}', 0)");
                db.exec("INSERT INTO contact (id, uid, name, created_at) VALUES (1, 'p', 'Ana', 0)");
                db.exec("INSERT INTO conversation (id, uid, channel_id, contact_id, subject, status, unread, "
                        "awaiting_us, first_at, sort_at) VALUES (1, 'v', 1, 1, '', 'done', 0, 0, 0, 0)");
                db.exec(
                    "INSERT INTO message (id, uid, conversation_id, channel_id, direction, author_name, "
                    "author_address, external_id, subject, body_text, body, to_addresses, cc_addresses, "
                    "provider_at, arrived_at, sort_at) VALUES (1, 'm', 1, 1, 'inbound', '', '', 'x@y', '', 'Hello', "
                    "?, '[]', '[]', 0, 0, 0)",
                    {toBytes(Body{})});
                db.exec("INSERT INTO attachment (message_id, position, name, media_type, size, sha256) VALUES (1, 0, "
                        "'a.txt', 'text/plain', 3, 'abc')");
                db.exec("INSERT INTO raw_message (id, channel_id, source_key, sha256, size, state, message_id, "
                        "received_at) VALUES (1, 1, 'k', '', 0, 'visible', 1, 5)");
                db.exec("UPDATE counter SET value = 1 WHERE name IN ('received', 'visible')");
                return db.finish(Done{});
            }));
            QVERIFY2(filled, filled ? "" : qPrintable(filled.error().message));
        }
        const auto store = place.open();
        QVERIFY2(store, store ? "" : qPrintable(store.error().message));
        const auto message = answer((*store)->write([](Database &db) {
            const MessageEvent edit{MessageEvent::Kind::Edit, {}, QStringLiteral("Hello!"), {}, Timestamp{7}};
            (void)message_events::add(db, MessageId{1}, QStringLiteral("edit"), edit);
            return db.finish(messages::byId(db, MessageId{1}).value_or(Message{}));
        }));
        QVERIFY2(message, message ? "" : qPrintable(message.error().message));
        QVERIFY(message->attachments.at(0).isLoaded());
        QVERIFY(message->answers.isEmpty());
        const auto counters = answer((*store)->write(
            [](Database &db) { return db.finish(std::pair(raw_messages::kept(db), raw_messages::counted(db))); }));
        QVERIFY(counters->first == counters->second && counters->first.addsUp());
        QCOMPARE(counters->first.noted, 0);
    }
};

PATCHBAY_TESTS(ChatMigration)
#include "tst_migration_chats.moc"
