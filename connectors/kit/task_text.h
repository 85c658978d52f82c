#pragma once

#include "core/base/result.h"
#include "core/model/task.h"

#include <QtCore/QJsonArray>

namespace patchbay {

/// How a task's words become a vendor's text. Everything is data: no markup of a customer's becomes markup over there,
/// and what does not fit is cut with a notice. The description always ends with the link back and the line of our key,
/// "Patchbay-Key: <key>", so that a search can find it. Pure.

/// A vendor's limit, in its own unit.
struct TextLimit {
    enum class Unit { Characters, Utf16, Bytes };
    qsizetype most = 0;
    Unit unit = Unit::Characters; ///< Characters: code points; Utf16: units; Bytes: of UTF-8
};

/// Without what no database or page can hold: control characters, lone surrogates, non-characters. Line ends are \n.
QString cleanText(const QString &text);
/// The longest beginning that fits, with a sentence that says that it was cut; never inside what a reader sees as one
/// character.
QString cutText(const QString &text, TextLimit limit);

/// One line, cut with an ellipsis where it does not fit: for names.
QString cutLine(const QString &text, TextLimit limit);
/// The title as cutLine; "(no title)" when there is none.
QString taskTitle(const TaskPayload &task, TextLimit limit);
/// "invoice.pdf (1.2 MB), ..." in one line; at most ten by name.
QString fileList(const std::vector<OutboundFile> &files);
/// What stands before the link and the key: title if it was cut, from, category, the files that do not go along, the
/// customer's words.
QString taskWords(const TaskPayload &task, const QString &shownTitle);
/// What a description ends with: link back, key.
QString taskEnd(const TaskPayload &task, const QString &key);
/// Plain text: title if it was cut, from, category, the customer's words, link back, key.
QString taskText(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle = {});
/// The same for a field that shows HTML: escaped, lines as <br>.
QString taskHtml(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle = {});
/// The same for a field that reads Markdown: the customer's words letter by letter in a fence that they cannot close.
QString taskMarkdown(const TaskPayload &task, const QString &key, TextLimit limit, const QString &shownTitle = {});

/// The line of our key.
QString keyLine(const QString &key);
/// True when the last line of a key in it is ours: a quoted older task has another one. Reads plain text, Markdown and
/// HTML.
bool hasKeyLine(const QString &text, const QString &key);

/// The person, as far as the address tells: a mail address, or a phone number in digits (E.164 with its plus sign, or
/// at least seven digits); else only a name.
struct TaskPerson {
    QString name = {}; ///< the address when there is none; never empty for a contact with an address
    QString firstName = {}; ///< of a name of two words and more
    QString lastName = {}; ///< the rest; the whole name when it is one word
    QString mail = {};
    QString phone = {};
    bool isKnown() const { return !mail.isEmpty() || !phone.isEmpty(); }
    QString address() const { return mail.isEmpty() ? phone : mail; } ///< the mail address, else the phone number
};
TaskPerson taskPerson(const TaskPayload &task);

/// The day of the due date in this computer's time zone, as ISO 8601; empty: none.
QString dueDay(const TaskPayload &task);
/// The due time in UTC, as ISO 8601 with milliseconds and Z; empty: none.
QString dueInstant(const TaskPayload &task);

/// "low", "normal", "high", "urgent": the key of a setting or a table for each priority.
QString priorityWord(Priority priority);

/// A key that may stand in a search, a path or a query language without escaping: letters, digits, . _ : -
Result<Done> checkedKey(const QString &key);

/// The route's mapping put into the vendor's object: every field under its own name with its own JSON value, empty
/// texts left out. Refused for the names that Patchbay writes itself (`reserved`), because a mapping must not hide our
/// key.
Result<Done> addFields(QJsonObject &object, const QJsonObject &fields, const QStringList &reserved);

/// The object without its members that say nothing: null, empty texts, empty lists and objects.
QJsonObject filled(QJsonObject object);

/// The person as a record of the vendor's: the names of its fields, and how long names may be there.
struct PersonFields {
    QString firstName = {};
    QString lastName = {};
    QString mail = {};
    QString phone = {};
    qsizetype longestFirstName = 0; ///< UTF-16 units
    qsizetype longestLastName = 0;
    QString noLastName = {}; ///< what stands there when nothing is known; empty: nothing
};
QJsonObject personRecord(const TaskPayload &task, const PersonFields &fields);
/// The person as a lead of a vendor whose leads have a Company and a Description, but no subject: the title stands in
/// the description.
QJsonObject leadRecord(const TaskPayload &task, const QString &key, const PersonFields &fields, TextLimit limit);

} // namespace patchbay
