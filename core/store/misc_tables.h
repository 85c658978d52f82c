#pragma once

#include "core/model/operator.h"
#include "core/store/database.h"

#include <QtCore/QHash>
#include <QtCore/QJsonObject>
#include <QtCore/QSet>

namespace patchbay {

namespace settings {
QString get(Database &db, const QString &key, const QString &fallback = {});
void set(Database &db, const QString &key, const QString &value);
} // namespace settings

namespace audit {
struct Entry {
    Timestamp at = {};
    OperatorId operatorId = {};
    QString action = {};
    QString subjectKind = {};
    QString subjectUid = {};
    QJsonObject detail = {};
};
void add(Database &db, OperatorId by, const char *action, const char *subjectKind, const QString &subjectUid,
         const QJsonObject &detail = {});
std::vector<Entry> newest(Database &db, int limit);
} // namespace audit

namespace drafts {
struct Draft {
    QString kind = {}; ///< "reply", "note", "template" or draftedFiles
    QString text = {};
    Timestamp updatedAt = {};
};
void save(Database &db, ConversationId conversation, OperatorId by, const QString &kind, const QString &text);
/// Theirs; where they have none of a kind, the one that a rule has written for whoever comes first.
std::vector<Draft> of(Database &db, ConversationId conversation, OperatorId by);
/// Theirs, and the one that a rule has written.
void remove(Database &db, ConversationId conversation, OperatorId by, const QString &kind);
/// Everybody's, all kinds.
void removeAll(Database &db, ConversationId conversation);
/// The files of all drafts, by their content.
QSet<QString> files(Database &db);
} // namespace drafts

namespace labels {
QStringList of(Database &db, ConversationId conversation);
QHash<ConversationId, QStringList> of(Database &db, const std::vector<ConversationId> &conversations);
void set(Database &db, ConversationId conversation, const QString &name, bool on);
QStringList all(Database &db);
} // namespace labels

} // namespace patchbay
