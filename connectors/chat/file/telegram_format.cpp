// Telegram Desktop's export in machine-readable form: result.json of one chat or of everything.
#include "connectors/chat/file/export_folder.h"
#include "connectors/chat/file/formats.h"
#include "connectors/chat/file/json_scanner.h"
#include "connectors/kit/settings.h"

#include <QtCore/QFileInfo>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype telegramFactBytes = 64 * 1024;

QString telegramFile(const QString &path) { return QFileInfo(path).isDir() ? path + u"/result.json"_s : path; }

bool isTelegramHtml(const QByteArray &start)
{
    return start.contains("<html") && (start.contains("page_wrap") || start.contains("Exported Data"));
}

bool isTelegram(const QString &path, const QByteArray &start)
{
    if (QFileInfo(path).isDir())
        return QFileInfo(path + u"/result.json"_s).isFile() || QFileInfo(path + u"/messages.html"_s).isFile();
    if (isTelegramHtml(start))
        return true;
    const QByteArray text = start.trimmed();
    const bool full = text.contains("\"personal_information\"") || text.contains("\"frequent_contacts\"")
        || text.contains("Here is the data you requested");
    const bool chat = text.contains("\"messages\"") && text.contains("\"type\"")
        && (text.contains("\"personal_chat\"") || text.contains("\"private_") || text.contains("\"public_")
            || text.contains("\"bot_chat\"") || text.contains("\"saved_messages\""));
    return text.startsWith('{') && (full || chat);
}

/// A member that is a string or a number, as text.
QString telegramText(const QByteArray &json)
{
    JsonReader in = JsonReader::parse("[" + json + "]", u"export"_s);
    return in.optionalId(u"/0"_s).value_or(QString());
}

/// One reading of one export.
class TelegramReader {
public:
    TelegramReader(QFile &file, const ImportSource &source, const ImportEach &each)
        : m_scanner(file)
        , m_folder(QFileInfo(file.fileName()).absolutePath())
        , m_each(each)
        , m_settings(source.settings)
        , m_zone(importZone(source.settings))
    {
    }

    Result<Done> run()
    {
        if (m_scanner.next() != JsonScanner::Next::Object)
            return makeError(Error::Kind::Protocol, u"This is no JSON file; choose the export's result.json."_s);
        chat(true);
        if (!m_anyChat)
            return makeError(Error::Kind::Protocol,
                             u"This Telegram export has no messages in it (contacts or account data only). Export "
                             "again with the chats chosen."_s);
        return Done{};
    }

private:
    /// A chat; the root may be one, or hold lists of them.
    void chat(bool isRoot)
    {
        QJsonObject facts{{u"zone"_s, m_zone}, {u"own"_s, m_own}, {u"own_name"_s, settingText(m_settings, u"own"_s)}};
        m_scanner.enter();
        QByteArray key;
        while (!m_stopped && m_scanner.nextMember(key)) {
            if (key == "name" || key == "type" || key == "id")
                facts.insert(u"chat_"_s + QString::fromLatin1(key), telegramText(m_scanner.take(telegramFactBytes)));
            else if (key == "messages" && m_scanner.next() == JsonScanner::Next::Array)
                messages(facts);
            else if (isRoot && key == "personal_information")
                person(m_scanner.take(telegramFactBytes));
            else if (isRoot && (key == "chats" || key == "left_chats"))
                list();
            else
                m_scanner.skip();
        }
    }

    void person(const QByteArray &json)
    {
        JsonReader in = JsonReader::parse(json, u"export"_s);
        if (const auto id = in.optionalId(u"/user_id"_s))
            m_own = u"user"_s + *id;
    }

    void list()
    {
        if (m_scanner.next() != JsonScanner::Next::Object)
            return m_scanner.skip();
        m_scanner.enter();
        QByteArray key;
        while (!m_stopped && m_scanner.nextMember(key)) {
            if (key != "list" || m_scanner.next() != JsonScanner::Next::Array) {
                m_scanner.skip();
                continue;
            }
            m_scanner.enter();
            while (!m_stopped && m_scanner.nextElement()) {
                if (m_scanner.next() == JsonScanner::Next::Object)
                    chat(false);
                else
                    m_scanner.skip();
            }
        }
    }

    void messages(const QJsonObject &facts)
    {
        m_anyChat = true;
        m_scanner.enter();
        while (!m_stopped && m_scanner.nextElement())
            message(facts, m_scanner.take(maxImportedMessage));
    }

    void message(const QJsonObject &facts, const QByteArray &json)
    {
        ImportedItem item{facts, json, {}};
        JsonReader in = JsonReader::parse(json, u"message"_s);
        const std::optional<QString> id = in.optionalId(u"/id"_s);
        addFile(item, in, u"/photo"_s, {}, u"image/jpeg"_s);
        addFile(item, in, u"/file"_s, in.optionalText(u"/file_name"_s).value_or(QString()),
                in.optionalText(u"/mime_type"_s).value_or(QString()));
        const QString chat = facts.value(u"chat_id"_s).toString();
        RawItem raw;
        raw.sourceKey = id && in.ok() ? importedKey(u"telegram"_s, {chat, *id})
                                      : m_equals.key(u"telegram"_s, {chat.toUtf8(), json});
        raw.raw = toRaw(item);
        m_stopped = !m_each(std::move(raw), m_scanner.position());
    }

    void addFile(ImportedItem &item, JsonReader &in, const QString &member, const QString &name, const QString &type)
    {
        const QString path = in.optionalText(member).value_or(QString());
        if (path.isEmpty())
            return;
        if (path.startsWith(u'(')) { // "(File not included. Change data exporting settings to download.)"
            item.files.push_back({name, type, {}, u"Telegram left a file out of the export: %1"_s.arg(path.left(200))});
            return;
        }
        item.files.push_back(m_folder.load(path, name.isEmpty() ? path.section(u'/', -1) : name, type));
    }

    JsonScanner m_scanner;
    ExportFolder m_folder;
    const ImportEach &m_each;
    QJsonObject m_settings;
    QString m_zone;
    QString m_own;
    EqualsCounter m_equals;
    bool m_anyChat = false;
    bool m_stopped = false;
};

Result<Done> readTelegram(const ImportSource &source, const ImportEach &each)
{
    const QString path = telegramFile(source.path);
    const auto file = openedImport(path, source);
    const bool folderOfHtml = !file && QFileInfo(source.path).isDir();
    if (folderOfHtml || (file && isTelegramHtml((*file)->peek(4096))))
        return makeError(
            Error::Kind::Protocol,
            u"This is Telegram's export for people (HTML). Export again with the format \"Machine-readable "
            "JSON\" and choose its result.json."_s);
    if (!file)
        return file.error();
    const Result<Done> read = TelegramReader(**file, source, each).run();
    if (!read)
        return read;
    return readToEnd(**file);
}

} // namespace

ImportFormat telegramFormat()
{
    ImportFormat format;
    format.id = u"telegram"_s;
    format.title = u"Telegram Desktop export (result.json)"_s;
    format.form = {ownNameField(QT_TRANSLATE_NOOP("form", "Needed for the export of one group; as the chat shows it")),
                   timeZoneField()};
    format.recognises = isTelegram;
    format.read = readTelegram;
    return format;
}

} // namespace patchbay
