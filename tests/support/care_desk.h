#pragma once

#include "core/engine/erasure.h"
#include "core/engine/person_data.h"
#include "core/model/names.h"
#include "core/store/delivery_table.h"
#include "core/store/erased_items.h"
#include "core/store/loose_files.h"
#include "core/store/misc_tables.h"
#include "core/store/person_table.h"
#include "core/store/task_table.h"
#include "support/intake_desk.h"

namespace patchbay::tests {

/// An IntakeDesk with what looks after people's data.
class CareDesk : public IntakeDesk {
public:
    explicit CareDesk(const StorePlace &place)
        : IntakeDesk(place)
    {
        person.id = me;
        person.name = QStringLiteral("Ann");
        snapshots.replace(run([](Database &db) { return Snapshots::build(db); }));
        data = std::make_unique<PersonData>(*store, person);
        erasures = std::make_unique<Erasures>(*store, snapshots, person);
    }

    static TestMail mail(const QString &id, const QString &from, const QString &subject, const QString &text)
    {
        TestMail mail;
        mail.id = id;
        mail.from = from;
        mail.subject = subject;
        mail.text = text;
        return mail;
    }

    Result<PersonPreview> preview(const QString &whom) { return answer(data->preview(whom)); }
    ContactId contact(const QString &whom)
    {
        const auto found = preview(whom);
        return found ? found->person.contact.id : ContactId{};
    }
    Result<Erased> erase(const QString &whom) { return answer(erasures->erasePerson(contact(whom))); }
    qint64 rows(const char *sql)
    {
        return run([sql](Database &db) {
            const auto row = db.row(sql);
            return row ? row->integer(0) : qint64(-1);
        });
    }
    /// A delivery in a conversation.
    DeliveryId deliver(ConversationId conversation, DeliveryState state, const QString &key)
    {
        return run([=, this](Database &db) {
            Delivery delivery;
            delivery.kind = DeliveryKind::Task;
            delivery.conversation = conversation;
            delivery.key = key;
            delivery.payload = {{QStringLiteral("title"), QStringLiteral("Call Zoe")}};
            delivery.operatorId = me;
            const DeliveryId id = deliveries::insert(db, delivery);
            db.exec("UPDATE delivery SET state = ? WHERE id = ?", {nameOf(state), id.value});
            return id;
        });
    }

    Operator person;
    std::unique_ptr<PersonData> data;
    std::unique_ptr<Erasures> erasures;
};

} // namespace patchbay::tests
