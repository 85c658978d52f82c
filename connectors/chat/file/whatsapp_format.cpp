// A chat as WhatsApp exports it: a text file, with its media beside it.
#include "connectors/chat/file/export_folder.h"
#include "connectors/chat/file/formats.h"
#include "connectors/chat/file/text_lines.h"
#include "connectors/chat/file/whatsapp_line.h"
#include "connectors/kit/settings.h"

#include <QtCore/QDir>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype whatsappNames = 1000; // as many as a group can have

QString whatsappFile(const QString &path)
{
    if (!QFileInfo(path).isDir())
        return path;
    const QStringList found =
        QDir(path).entryList({u"_chat.txt"_s, u"*WhatsApp*.txt"_s}, QDir::Files | QDir::NoSymLinks, QDir::Name);
    return found.isEmpty() ? path : path + u'/' + found.first();
}

bool isWhatsapp(const QString &path, const QByteArray &start)
{
    if (QFileInfo(path).isDir())
        return whatsappFile(path) != path;
    int lines = 0;
    for (const QByteArray &line : start.left(16384).split('\n')) {
        if (readWhatsappLine(QString::fromUtf8(line).remove(QChar(0xFEFF))))
            return true;
        if (++lines == 20)
            break;
    }
    return false;
}

/// "WhatsApp Chat with Ana (1).txt" -> "Ana"; "_chat.txt" goes by its folder.
QString whatsappChatName(const QString &path)
{
    const QFileInfo info(path);
    QString name = info.completeBaseName();
    if (name.compare(u"_chat"_s, Qt::CaseInsensitive) == 0)
        name = info.absoluteDir().dirName();
    static const QRegularExpression around(
        u"^(?:WhatsApp[ -]Chat|Chat(?: de)? WhatsApp|WhatsApp-chat|Conversa do WhatsApp|Discussion WhatsApp|Чат "
        u"WhatsApp|"
        "Chat WhatsApp)(?: - | (?:with|mit|con|com|avec|met|с|z|ile) )|\\s*\\(\\d{1,3}\\)$"_s,
        QRegularExpression::CaseInsensitiveOption);
    return name.remove(around).trimmed();
}

/// What only the whole file tells.
struct WhatsappFacts {
    DateOrderFinder order = {};
    QSet<QString> names = {};
    bool any = false;
};

WhatsappFacts lookThrough(QIODevice &device)
{
    WhatsappFacts facts;
    TextLines lines(device);
    QByteArray piece;
    while (lines.next(piece)) {
        const auto line =
            lines.beginsLine() ? readWhatsappLine(QString::fromUtf8(piece.left(2048)).trimmed()) : std::nullopt;
        if (!line)
            continue;
        facts.any = true;
        facts.order.add(*line);
        if (!line->author.isEmpty() && facts.names.size() < whatsappNames)
            facts.names.insert(line->author);
    }
    return facts;
}

/// The name of the file that a line says is attached; empty when it names none.
QString attachedName(const QString &text, bool &sure)
{
    static const QRegularExpression angled(u"<[^<>:：]{2,30}[:：]\\s*([^<>/\\\\]{1,200}\\.[A-Za-z0-9]{2,5})\\s*>"_s);
    static const QRegularExpression behind(
        u"^\u200E?([^<>/\\\\:]{1,200}\\.[A-Za-z0-9]{2,5}) [(（]([^()（）]{3,40})[)）]"_s);
    static const QRegularExpression words(
        u"attach|adjunt|anexad|angehängt|joint|allegat|bijgevoegd|файл|ekli|dołącz|附加|附件|添付|첨부|bifog|vedhæft|liit"_s,
        QRegularExpression::CaseInsensitiveOption);
    const auto one = angled.match(text.left(500));
    if (one.hasMatch()) {
        sure = true;
        return one.captured(1);
    }
    const auto other = behind.match(text.left(500));
    sure = other.hasMatch() && words.match(other.captured(2)).hasMatch();
    return other.hasMatch() ? other.captured(1) : QString();
}

/// One reading of one chat.
class WhatsappReader {
public:
    WhatsappReader(QFile &file, const ImportEach &each, const QJsonObject &facts)
        : m_file(file)
        , m_folder(QFileInfo(file.fileName()).absolutePath())
        , m_each(each)
        , m_facts(facts)
    {
    }

    void run()
    {
        TextLines lines(m_file);
        QByteArray piece;
        while (!m_stopped && lines.next(piece)) {
            if (lines.beginsLine() && readWhatsappLine(QString::fromUtf8(piece.left(2048)).trimmed()))
                hand();
            if (m_bytes.size() <= maxImportedMessage)
                m_bytes += piece;
        }
        if (!m_stopped)
            hand();
    }

private:
    void hand()
    {
        const QByteArray bytes = std::exchange(m_bytes, {});
        if (bytes.trimmed().isEmpty())
            return;
        ImportedItem item{m_facts, bytes, {}, {}};
        const QString text = QString::fromUtf8(bytes.left(2048));
        const auto line = readWhatsappLine(text.section(u'\n', 0, 0).trimmed());
        bool sure = false;
        const QString name = line ? attachedName(line->text, sure) : QString();
        if (!name.isEmpty()) {
            ImportedFile file = m_folder.load(name, name);
            if (sure || file.missing.isEmpty())
                item.files.push_back(std::move(file));
        }
        RawItem raw;
        const QByteArray body = bytes.mid(qMax<qsizetype>(bytes.indexOf(": "), 0)).simplified();
        raw.sourceKey = m_equals.key(
            u"whatsapp"_s,
            {m_facts.value(u"chat"_s).toString().toUtf8(), line ? line->written() : QByteArray(),
             line ? line->author.toUtf8() : QByteArray(), QCryptographicHash::hash(body, QCryptographicHash::Sha256)});
        raw.raw = toRaw(item);
        m_stopped = !m_each(std::move(raw), m_file.pos());
    }

    QFile &m_file;
    ExportFolder m_folder;
    const ImportEach &m_each;
    QJsonObject m_facts;
    EqualsCounter m_equals;
    QByteArray m_bytes;
    bool m_stopped = false;
};

/// In a chat of two that is named after one of them, the other one is us.
QString ownName(const QJsonObject &settings, const QString &chat, const QSet<QString> &names)
{
    const QString said = settingText(settings, u"own"_s);
    if (!said.isEmpty() || names.size() != 2 || !names.contains(chat))
        return said;
    return *names.begin() == chat ? *std::next(names.begin()) : *names.begin();
}

Result<Done> readWhatsapp(const ImportSource &source, const ImportEach &each)
{
    const Result<std::unique_ptr<QFile>> file = openedImport(whatsappFile(source.path), source);
    if (!file)
        return file.error();
    const WhatsappFacts found = lookThrough(**file);
    if (!found.any)
        return makeError(Error::Kind::Protocol,
                         u"No line of this file begins as a message of a WhatsApp chat does: with date and time."_s);
    if (!(*file)->seek(0))
        return makeError(Error::Kind::Storage, u"The file cannot be read again: %1."_s.arg((*file)->errorString()));
    const QString said = settingText(source.settings, u"chat"_s);
    const QString chat = said.isEmpty() ? whatsappChatName((*file)->fileName()) : said;
    const auto order = dateOrderFrom(settingText(source.settings, u"date_order"_s));
    const QJsonObject facts{{u"chat"_s, chat},
                            {u"own"_s, ownName(source.settings, chat, found.names)},
                            {u"order"_s, nameOf(order.value_or(found.order.found()))},
                            {u"zone"_s, importZone(source.settings)},
                            {u"group"_s, found.names.size() > 2}};
    WhatsappReader(**file, each, facts).run();
    return readToEnd(**file);
}

} // namespace

ImportFormat whatsappFormat()
{
    FormField chat;
    chat.key = u"chat"_s;
    chat.label = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Name of the chat"));
    chat.help = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "As the file's name says when empty"));
    chat.required = false;
    FormField order;
    order.key = u"date_order"_s;
    order.label = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Dates are written"));
    order.kind = FormField::Kind::Choice;
    order.choices = {u"auto"_s, u"dmy"_s, u"mdy"_s, u"ymd"_s};
    order.choiceLabels = {QString::fromUtf8(QT_TRANSLATE_NOOP("form", "As the whole file shows")),
                          QString::fromUtf8(QT_TRANSLATE_NOOP("form", "day, month, year")),
                          QString::fromUtf8(QT_TRANSLATE_NOOP("form", "month, day, year")),
                          QString::fromUtf8(QT_TRANSLATE_NOOP("form", "year, month, day"))};
    order.initial = u"auto"_s;
    order.required = false;

    ImportFormat format;
    format.id = u"whatsapp"_s;
    format.title = u"WhatsApp chat (.txt)"_s;
    format.form = {ownNameField(QT_TRANSLATE_NOOP("form", "What is written under this name is shown as sent by you")),
                   chat, order, timeZoneField()};
    format.recognises = isWhatsapp;
    format.read = readWhatsapp;
    return format;
}

} // namespace patchbay
