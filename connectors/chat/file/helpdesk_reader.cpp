#include "connectors/chat/file/helpdesk_reader.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype helpdeskFactBytes = 64 * 1024;
constexpr int helpdeskDepth = 8;

class HelpdeskReader {
public:
    HelpdeskReader(QFile &file, const HelpdeskShape &shape, const ImportEach &each, const QString &zone)
        : m_scanner(file)
        , m_shape(shape)
        , m_each(each)
        , m_zone(zone)
    {
    }

    /// False when there was nothing that looks like a message.
    bool run()
    {
        // One document, or one on each line.
        while (!m_stopped && m_scanner.next() != JsonScanner::Next::Nothing)
            value(0);
        return m_any;
    }

private:
    void value(int depth)
    {
        const JsonScanner::Next next = m_scanner.next();
        if (depth > helpdeskDepth || (next != JsonScanner::Next::Object && next != JsonScanner::Next::Array))
            return m_scanner.skip();
        if (next == JsonScanner::Next::Object)
            return object(depth);
        m_scanner.enter();
        while (!m_stopped && m_scanner.nextElement())
            value(depth + 1);
    }

    /// An envelope, a conversation or a message: which of them shows when all of it has been read.
    void object(int depth)
    {
        QJsonObject facts{{u"zone"_s, m_zone}};
        QByteArrayList marks;
        m_scanner.record(maxImportedMessage);
        m_whole = true;
        m_scanner.enter();
        QByteArray key;
        while (!m_stopped && m_scanner.nextMember(key)) {
            if (m_shape.marks.contains(key))
                marks << key;
            if (key == m_shape.messages && m_scanner.next() == JsonScanner::Next::Array)
                conversation(facts);
            else if (m_shape.envelopes.contains(key))
                inside([&] { value(depth + 1); });
            else if (m_shape.maps.contains(key) && m_scanner.next() == JsonScanner::Next::Object)
                inside([&] { map(depth); });
            else if (m_shape.facts.contains(key))
                addFact(facts, key);
            else
                m_scanner.skip();
        }
        const QByteArray bytes = m_scanner.recorded();
        if (m_whole && !m_stopped && marks.size() >= m_shape.marks.size())
            hand(bytes, QJsonObject{{u"zone"_s, m_zone}});
    }

    /// What is read inside is recorded by itself, and what is around it is no message.
    template <class F> void inside(F read)
    {
        (void)m_scanner.recorded();
        read();
        m_whole = false;
    }

    void map(int depth)
    {
        m_scanner.enter();
        QByteArray key;
        while (!m_stopped && m_scanner.nextMember(key))
            value(depth + 1);
    }

    void addFact(QJsonObject &facts, const QByteArray &key)
    {
        const QByteArray json = m_scanner.take(helpdeskFactBytes);
        JsonReader in = JsonReader::parse("[" + json + "]", u"export"_s);
        if (in.ok())
            facts.insert(QString::fromLatin1(key), in.value(u"/0"_s));
    }

    void conversation(const QJsonObject &facts)
    {
        inside([&] {
            m_scanner.enter();
            while (!m_stopped && m_scanner.nextElement())
                hand(m_scanner.take(maxImportedMessage), facts);
        });
    }

    void hand(const QByteArray &json, const QJsonObject &facts)
    {
        m_any = true;
        ImportedItem item{facts, json, {}, {}};
        JsonReader in = JsonReader::parse(json, u"message"_s);
        const std::optional<QString> id = in.optionalId(u"/id"_s);
        QString conversation = facts.value(u"id"_s).toVariant().toString();
        if (conversation.isEmpty())
            conversation = in.optionalId(m_shape.conversationId).value_or(QString());
        RawItem raw;
        raw.sourceKey = id && in.ok() ? importedKey(m_shape.format, {conversation, *id})
                                      : m_equals.key(m_shape.format, {conversation.toUtf8(), json});
        raw.raw = toRaw(item);
        m_stopped = !m_each(std::move(raw), m_scanner.position());
    }

    JsonScanner m_scanner;
    const HelpdeskShape &m_shape;
    const ImportEach &m_each;
    QString m_zone;
    EqualsCounter m_equals;
    bool m_whole = false; ///< nothing inside the object was an item of its own
    bool m_any = false;
    bool m_stopped = false;
};

} // namespace

Result<Done> readHelpdesk(const HelpdeskShape &shape, const ImportSource &source, const ImportEach &each)
{
    const Result<std::unique_ptr<QFile>> file = openedImport(source.path, source);
    if (!file)
        return file.error();
    const bool any = HelpdeskReader(**file, shape, each, importZone(source.settings)).run();
    const Result<Done> read = readToEnd(**file);
    if (read && !any)
        return makeError(Error::Kind::Protocol,
                         u"There are no messages in this JSON file as %1 writes them."_s.arg(shape.format));
    return read;
}

} // namespace patchbay
