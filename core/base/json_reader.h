#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace patchbay {

struct JsonLimits {
    qsizetype bytes = 8 * 1024 * 1024;
    int depth = 64;
};

/// Strict reader of JSON that came from outside. Duplicate keys, invalid UTF-8, too deep or too large documents are
/// refused. Numbers keep their source text, so ids are never rounded. It remembers the first wrong field, and
/// finish(value) turns that into Protocol "reply has no string at /data/id": a parser is a straight line.
///
///     JsonReader in = JsonReader::parse(bytes, "reply");
///     Issue issue{.id = in.id("/issue/id"), .subject = in.text("/issue/subject")};
///     return in.finish(issue);
///
/// Paths are JSON pointers (RFC 6901) below this reader's root. A value; copies share the document. Any one thread.
class JsonReader {
public:
    /// `what` names the document in messages ("reply", "rule set", "configuration").
    static JsonReader parse(const QByteArray &bytes, const QString &what, JsonLimits limits = {});

    bool has(const QString &path) const; ///< present and not null
    /// Required values: a missing or wrong one is remembered and a default returned.
    QString text(const QString &path);
    QString id(const QString &path); ///< a string or an integer number, as text without rounding
    qint64 integer(const QString &path);
    double number(const QString &path);
    bool boolean(const QString &path);
    /// Optional values: absent or null gives nothing, a wrong type is remembered.
    std::optional<QString> optionalText(const QString &path);
    std::optional<QString> optionalId(const QString &path);
    std::optional<qint64> optionalInteger(const QString &path);
    std::optional<double> optionalNumber(const QString &path);
    std::optional<bool> optionalBoolean(const QString &path);

    /// Readers of the array's elements; they report wrong fields to this document with their full path. A missing array
    /// is remembered; optionalArray gives an empty list instead.
    std::vector<JsonReader> array(const QString &path);
    std::vector<JsonReader> optionalArray(const QString &path);
    /// A reader rooted at the object.
    JsonReader object(const QString &path);
    /// A reader rooted at whatever stands there; nothing there is remembered.
    JsonReader below(const QString &path);
    QStringList keys(const QString &path = {}); ///< of the object at path
    /// The subtree as Qt's value, for handing on (numbers beyond 2^53 become text).
    QJsonValue value(const QString &path = {}) const;

    /// Remembers a fault that the caller found, as "<what>: <message> at <path>".
    void fault(const QString &path, const QString &message);
    bool ok() const;
    Error error() const;
    /// The JSON pointer that the first fault names; none where there is no fault, or it is not at a value.
    std::optional<QString> faultPath() const;

    template <class T> Result<T> finish(T value) const
    {
        if (ok())
            return value;
        return error();
    }

private:
    struct Document;
    struct Node;
    JsonReader(std::shared_ptr<Document> document, const void *node, QString root);
    const void *find(const QString &path) const;

    std::shared_ptr<Document> m_document;
    const void *m_node = nullptr;
    QString m_root;
};

} // namespace patchbay
