#pragma once

#include "core/store/taxonomy_table.h"

namespace patchbay {

using RuleDraftId = Id<struct RuleDraftTag>;

namespace rule_sets {
/// A published version; documents are read one by one.
struct Version {
    int version = 0;
    QString uid = {};
    OperatorId publishedBy = {};
    OperatorId writtenBy = {}; ///< none: who published it
    Timestamp publishedAt = {};
    QString comment = {};
    int restores = 0; ///< the version whose document it has again; 0: none
};
/// Newest first.
std::vector<Version> versions(Database &db);
/// NotFound when there is no such version.
QByteArray document(Database &db, int version);
/// The number that it got.
int publish(Database &db, const QByteArray &document, const Version &about);
} // namespace rule_sets

namespace rule_drafts {
struct Draft {
    RuleDraftId id = {};
    QString uid = {};
    QByteArray document = {};
    QString comment = {};
    int basedOn = 0; ///< the version that was live when it was begun
    OperatorId author = {}; ///< who changed it last
    Timestamp createdAt = {};
    Timestamp updatedAt = {};
    Timestamp shadowFrom = {};
    Timestamp shadowUntil = {}; ///< in the shadow until then
    qint64 shadowSeen = 0; ///< messages that it was asked about
    qint64 shadowDiffers = 0; ///< for which it would have decided otherwise
};
/// Last changed first.
std::vector<Draft> all(Database &db);
/// NotFound when it is no longer there; so are those below.
std::optional<Draft> byId(Database &db, RuleDraftId id);
RuleDraftId insert(Database &db, Draft draft);
void change(Database &db, RuleDraftId id, const QByteArray &document, const QString &comment, OperatorId author);
/// Another document in which names followed: author, comment, time of change and shadow stay.
void follow(Database &db, RuleDraftId id, const QByteArray &document);
/// Drafts on the version `from` stand on `to` instead: they have what that changed.
void rebase(Database &db, int from, int to);
void remove(Database &db, RuleDraftId id);
/// Begins its shadow anew, with nothing counted; no `until`: ends it and keeps what was counted.
void setShadow(Database &db, RuleDraftId id, Timestamp until);
/// The draft that is in the shadow now.
std::optional<Draft> inShadow(Database &db);
/// That one, or else the one changed last that ever was in the shadow.
std::optional<Draft> lastInShadow(Database &db);
/// False, and nothing is counted, once its time is over.
bool countShadow(Database &db, RuleDraftId id, bool differs);

struct Difference {
    qint64 id = 0;
    MessageId message = {};
    ConversationId conversation = {};
    QString live = {}; ///< what each decided, as a sentence
    QString draft = {};
    Timestamp at = {};
};
void addDifference(Database &db, RuleDraftId id, const Difference &difference);
/// Newest first, those before `before` (0: from the newest); at most 10,000 of a draft are kept.
std::vector<Difference> differences(Database &db, RuleDraftId id, qint64 before, int limit);
} // namespace rule_drafts

namespace rule_use {
/// How often each rule with a bound has fired in the hour that is now, by name.
QHash<QString, int> now(Database &db);
void count(Database &db, const QString &rule);
} // namespace rule_use

namespace rule_acceptances {
struct Wanted {
    qint64 id = 0;
    ConversationId conversation = {};
    MessageId message = {};
    QString rule = {};
    int ruleSetVersion = 0;
};
void add(Database &db, const Wanted &wanted);
/// The oldest.
std::vector<Wanted> next(Database &db, int limit);
/// False: another workstation has taken it.
bool take(Database &db, qint64 id);
} // namespace rule_acceptances

} // namespace patchbay
