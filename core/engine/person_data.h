#pragma once

#include "core/async/async.h"
#include "core/model/operator.h"
#include "core/store/person_table.h"
#include "core/store/store.h"

#include <QtCore/QObject>

#include <atomic>

namespace patchbay {

/// What there is about a person, and what a deletion would do: shown before anything goes.
struct PersonPreview {
    persons::Person person = {};
    Removed counts = {};
    qint64 notes = 0; ///< of operators, among the messages
    qint64 files = 0; ///< that no other message has
    qint64 fileBytes = 0;

    /// A conversation in which others take part.
    struct Shared {
        QString uid = {};
        QString subject = {};
        qint64 theirs = 0; ///< messages that go
        qint64 left = 0; ///< messages that stay
    };
    std::vector<Shared> shared = {};
    int toCancel = 0; ///< deliveries that wait: cancelled first
    int unsettled = 0; ///< deliveries being sent, or unknown: they stand in the way
    QStringList elsewhere = {}; ///< tasks at targets, which stay there
    qint64 unread = 0; ///< items in the same channels that could not be read, so nobody knows whose they are
    bool unfinished = false; ///< a deletion was begun and has not ended

    /// Why a deletion is refused; empty when nothing stands in its way.
    QString refusal() const;
};

struct PersonExport {
    QString folder = {};
    qint64 messages = 0;
    qint64 files = 0;
    QStringList missing = {}; ///< files that the workspace lost
};

/// A person's data: what there is, and a copy for them. Reads only, except for the audit row of an export where the
/// workspace is open for writing. Event loop's thread.
class PersonData final : public QObject {
    Q_OBJECT

public:
    PersonData(Store &store, Operator me);
    ~PersonData() override;

    /// By an address, or the contact's uid or a unique prefix of it.
    QFuture<Result<PersonPreview>> preview(QString contactOrAddress);
    QFuture<Result<PersonPreview>> previewOf(ContactId contact);
    /// Everything about the person into the new folder: data.json, messages/, files/ (docs/personal_data.md). Killed or
    /// cancelled on the way, there is no folder of that name. Conflict when it exists.
    QFuture<Result<PersonExport>> exportTo(ContactId contact, QString folder);
    /// Ends the running export.
    void cancelExport();

Q_SIGNALS:
    /// How many messages the running export has written.
    void exported(qint64 messages);

private:
    Async<Result<PersonExport>> exportNow(ContactId contact, QString folder);

    Store &m_store;
    Operator m_me;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    AsyncScope m_scope;
};

} // namespace patchbay
