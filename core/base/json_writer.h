#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace patchbay {

/// Writes compact JSON straight into a text, where a document in between would cost more than all of its content. The
/// caller names keys in the order in which they shall stand (sorted: the same text as QJsonDocument writes) and ends
/// what it begins. A value; any one thread.
///
///     JsonWriter out;
///     out.beginObject().key(u"name").text(name).key(u"size").integer(3).endObject();
///     return std::move(out).take();
class JsonWriter {
public:
    JsonWriter() { m_out.reserve(1000); }

    JsonWriter &beginObject() { return begin(u'{'); }
    JsonWriter &endObject() { return end(u'}'); }
    JsonWriter &beginArray() { return begin(u'['); }
    JsonWriter &endArray() { return end(u']'); }
    JsonWriter &key(QStringView name);
    JsonWriter &text(QStringView value); ///< any text; what is no Unicode (half a surrogate pair) is escaped
    JsonWriter &integer(qint64 value);
    JsonWriter &number(double value); ///< the shortest that reads back as the same; null when it is not finite
    JsonWriter &boolean(bool value);
    JsonWriter &object(const QJsonObject &value); ///< with all that it holds

    QString take() && { return std::move(m_out); }

private:
    JsonWriter &begin(char16_t bracket);
    JsonWriter &end(char16_t bracket);
    void separate();
    void quote(QStringView value);

    QString m_out;
    bool m_comma = false; ///< before what comes next
};

} // namespace patchbay
