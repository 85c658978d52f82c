#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <string>

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
    /// A name in the program's text: of plain characters, written as they are.
    template <size_t size> JsonWriter &key(const char16_t (&name)[size])
    {
        separate();
        m_out += u'"';
        m_out.append(name, size - 1);
        m_out.append(u"\":", 2);
        m_comma = false;
        return *this;
    }
    JsonWriter &text(QStringView value); ///< any text; what is no Unicode (half a surrogate pair) is escaped
    JsonWriter &integer(qint64 value);
    JsonWriter &number(double value); ///< the shortest that reads back as the same; null when it is not finite
    JsonWriter &boolean(bool value);
    JsonWriter &object(const QJsonObject &value); ///< with all that it holds

    QString take() && { return QString(reinterpret_cast<const QChar *>(m_out.data()), qsizetype(m_out.size())); }

private:
    JsonWriter &begin(char16_t bracket);
    JsonWriter &end(char16_t bracket);
    void separate();
    void ascii(const char *text, const char *end);
    void quote(QStringView value);

    std::u16string m_out; ///< a QString looks at its sharing with each character
    bool m_comma = false; ///< before what comes next
};

} // namespace patchbay
