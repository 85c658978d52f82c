#pragma once

#include "core/model/task.h"

#include <QtCore/QUrl>

namespace patchbay {

/// A JSON document with placeholders in its texts. A text that is one placeholder, "{{task.due}}", becomes the value
/// itself, whatever its type; in a longer text, "Ticket: {{task.title}}", the value's text stands in its place. Values
/// are put into the parsed document and never into its source, so nothing in them can become structure. A value.
class JsonTemplate {
public:
    /// An object or a list. `what` names it in errors ("body"); they are Refused and end with the place. Known are
    /// `names`, and "field.<name>" for anything in "fields".
    static Result<JsonTemplate> parse(const QString &text, const QString &what, const QStringList &names);

    /// The document with these values; a placeholder without a value becomes null, in a longer text nothing.
    QJsonValue filled(const QJsonObject &values) const;
    /// The placeholders in it, each once.
    const QStringList &placeholders() const { return m_placeholders; }
    /// Refused when a value that the route fills in stands neither in it nor in the path: it would be lost without a
    /// word.
    Result<Done> checkUses(const QJsonObject &fields, const QString &path) const;
    const QJsonValue &document() const { return m_document; }

private:
    QJsonValue m_document = {};
    QStringList m_placeholders = {};
};

/// The path of an address, with query, that has placeholders: "/tasks/{{id}}?view=all". Every value is escaped where it
/// stands. Below the account's address, without a fragment and without steps upwards.
Result<Done> checkPathTemplate(const QString &text, const QStringList &names);
/// The relative address. A query item whose placeholder has no value is left out.
QUrl filledPath(const QString &text, const QJsonObject &values);
/// The placeholders in any text, each once.
QStringList placeholdersIn(const QString &text);

/// What a task offers to placeholders: task.title, task.text (the customer's words, link back and our key, as
/// taskText), task.description (only the words), task.priority, task.category, task.due (an instant or null),
/// task.due_day, task.link, contact.name, contact.address, contact.mail, contact.phone, key, fields (the route's
/// mapping as an object); field.<name> is one of them.
QJsonObject taskValues(const TaskPayload &task, const QString &key);
QStringList taskValueNames();

} // namespace patchbay
