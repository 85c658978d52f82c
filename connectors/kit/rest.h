#pragma once

#include "core/base/json_reader.h"
#include "core/net/request.h"
#include "core/ports/crm_connector.h"

namespace patchbay {

/// Small words for specs: requests to paths below the account's base, and the reading of lists.

using QueryItems = QList<QPair<QString, QString>>;

/// An id or a key as one part of a path, escaped: nothing in it leaves its place.
QString pathPart(const QString &value);
/// The path with its query; names and values are escaped here, values that are empty are left out.
QUrl pathOf(const QString &path, const QueryItems &query = {});

Request getFrom(const QString &path, const QueryItems &query = {});
Request postTo(const QString &path, const QJsonObject &body, const QueryItems &query = {});
/// A POST that only reads.
Request searchAt(const QString &path, const QJsonObject &body, const QueryItems &query = {});
Request patchAt(const QString &path, const QJsonObject &body, const QueryItems &query = {});
Request putAt(const QString &path, const QJsonObject &body, const QueryItems &query = {});

/// Where a list's elements have what a choice needs. Pointers below one element; the title's second pointer is for
/// elements without the first.
struct ChoicePlaces {
    QString list = {};
    QString id = {};
    QString title = {};
    QString otherTitle = {};
};
/// Every element as a choice of this field; without a title its id stands for it.
std::vector<FieldChoice> readChoices(JsonReader &reply, const QString &field, const ChoicePlaces &places);

/// Where a list's elements have what a record needs; an empty pointer: it has no such thing.
struct RecordPlaces {
    QString id = {};
    QString title = {};
    QString changed = {}; ///< ISO 8601; in UTC where it names no zone
};
/// How many records are asked for: some may be closed, and the open ones are wanted.
inline constexpr int recordsAskedFor = 50;
/// The contact has nothing that a vendor could be searched for.
Error nobodyToAskFor();
RemoteRecord readRecord(JsonReader &element, const RecordPlaces &places, const RemoteTask &state);
/// The part of an address's path behind the first of these names that is there, or its last part.
QString partBehind(const QString &address, const QStringList &names);

/// The value that an address's query has under `inQuery`, else its fragment under `inFragment`, or its last part.
QString itemOf(const QString &address, const QString &inQuery, const QString &inFragment);
/// The last part of an address's path that consists of digits, or its last part.
QString lastNumberIn(const QString &address);
/// The value that an address's query has under `inQuery`, else the 32 hexadecimal digits with which its last part ends
/// ("Refund-0123…"), else that part.
QString pageIdIn(const QString &address, const QString &inQuery);
/// An object as a text, for what is JSON once more inside of JSON.
QString compactText(const QJsonObject &object);
/// Refused, with a sentence for the person.
Error refusal(const QString &sentence);

/// A member's name as a step of a JSON pointer, "/" and the name, escaped (RFC 6901).
QString pointerStep(const QString &name);
/// The elements at the pointer. An answer without the list, or without any content, is a fault: it does not say that
/// nothing is there.
std::vector<JsonReader> listThere(JsonReader &reply, const QString &path);
/// The elements at the pointer; none where the answer has no content (204). One that has content, but not the list, is
/// a fault: it does not say that nothing is there, and a look-up that took it so would make a second task.
std::vector<JsonReader> listOrNoContent(JsonReader &reply, const QString &path);
/// What a 204 reads as.
QByteArray noContent();

/// The text at the pointer, or empty.
QString textOr(const JsonReader &reader, const QString &path, const QString &otherwise = {});
/// The address when it is a page of the web that can be opened (http or https, with a host), else empty.
QString webPage(const QString &address);
/// "https://host" of an address, for the pages that people open.
QString originOf(const QUrl &address);

} // namespace patchbay
