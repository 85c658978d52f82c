#include "core/base/json_place.h"
#include "core/base/json_reader.h"
#include "core/engine/guidance_edit.h"
#include "core/engine/pack.h"
#include "core/engine/pack_names.h"
#include "core/engine/reply_text.h"
#include "core/engine/rules.h"
#include "core/engine/taxonomy_check.h"
#include "core/model/names.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr JsonLimits packLimits{2 * 1024 * 1024, 64};
constexpr size_t packCategories = 100;
constexpr qsizetype packNameLimit = 40;

/// Reads one pack in a straight line; the reader remembers the first fault.
class PackReader {
public:
    explicit PackReader(JsonReader in)
        : m_in(std::move(in))
    {
    }

    Pack read()
    {
        known(m_in,
              {u"format"_s, u"name"_s, u"title"_s, u"description"_s, u"categories"_s, u"rules"_s, u"replies"_s,
               u"business_rules"_s});
        if (m_in.integer(u"/format"_s) != 1)
            m_in.fault(u"/format"_s, u"must be 1, the form that this program reads"_s);
        m_pack.name = m_in.text(u"/name"_s);
        if (m_pack.name.size() > packNameLimit || !isName(m_pack.name))
            m_in.fault(u"/name"_s, u"must be 1 to %1 lower-case letters, digits and underscores"_s.arg(packNameLimit));
        m_pack.title = line(m_in, u"/title"_s, guidanceTitleLimit);
        m_pack.description =
            m_in.has(u"/description"_s) ? line(m_in, u"/description"_s, categoryDescriptionLimit) : QString();
        for (JsonReader &entry : list(u"/categories"_s, packCategories))
            readCategory(entry);
        if (m_in.ok() && m_pack.categories.empty())
            m_in.fault(u"/categories"_s, u"must have at least one category"_s);
        for (JsonReader &entry : list(u"/replies"_s, guidanceLimit))
            readReply(entry);
        for (JsonReader &entry : list(u"/business_rules"_s, guidanceLimit))
            readGuide(entry);
        if (m_in.ok() && m_in.has(u"/rules"_s))
            readRules();
        return std::move(m_pack);
    }
    const JsonReader &reader() const { return m_in; }

private:
    static bool isName(const QString &name)
    {
        static const QRegularExpression form(u"^[a-z][a-z0-9_]*\\z"_s);
        return form.match(name).hasMatch();
    }
    static void known(JsonReader &in, const QStringList &fields)
    {
        for (const QString &key : in.keys()) {
            if (!fields.contains(key))
                in.fault(u'/' + QString(key.left(80)).replace(u'~', u"~0"_s).replace(u'/', u"~1"_s),
                         u"is not a field of this object (%1)"_s.arg(fields.join(u", "_s)));
        }
    }
    std::vector<JsonReader> list(const QString &path, size_t most)
    {
        std::vector<JsonReader> all = m_in.optionalArray(path);
        if (all.size() > most) {
            m_in.fault(path, u"has more than %1 entries"_s.arg(most));
            all.clear();
        }
        return all;
    }
    static void complain(JsonReader &in, const QString &path, const QString &problem)
    {
        if (!problem.isEmpty())
            in.fault(path, problem.chopped(1)); // it goes on with the place
    }
    static QString line(JsonReader &in, const QString &path, qsizetype limit)
    {
        const QString text = in.text(path).simplified();
        if (text.isEmpty())
            in.fault(path, u"must not be empty"_s);
        complain(in, path, lineProblem(u"is refused: it"_s, text, limit));
        return text;
    }
    static QString paragraph(JsonReader &in, const QString &path, qsizetype limit)
    {
        const QString text = in.text(path).trimmed();
        if (text.isEmpty())
            in.fault(path, u"must not be empty"_s);
        complain(in, path, textProblem(u"is refused: it"_s, text, limit));
        return text;
    }
    static QDate day(JsonReader &in, const QString &path)
    {
        const auto text = in.optionalText(path);
        if (!text)
            return {};
        const QDate date = QDate::fromString(*text, u"yyyy-MM-dd"_s);
        if (!date.isValid())
            in.fault(path, u"must be a day like 2026-01-31"_s);
        return date;
    }
    static ValidDays days(JsonReader &in)
    {
        const ValidDays days{day(in, u"/valid_from"_s), day(in, u"/valid_until"_s)};
        if (days.from.isValid() && days.until.isValid() && days.until < days.from)
            in.fault(u"/valid_until"_s, u"must not be before valid_from"_s);
        return days;
    }
    QString category(JsonReader &in)
    {
        const QString name = in.optionalText(u"/category"_s).value_or(QString());
        if (!name.isEmpty() && !categoryNamed(m_pack.categories, name))
            in.fault(u"/category"_s, u"names “%1”, which is no category of this pack"_s.arg(name.left(80)));
        return name;
    }
    void once(JsonReader &in, QStringList &titles, const QString &title)
    {
        for (const QString &other : titles) {
            if (isSameName(other, title))
                in.fault(u"/title"_s, u"stands twice in this list"_s);
        }
        titles << title;
    }

    void readCategory(JsonReader &in)
    {
        known(in, {u"name"_s, u"description"_s, u"keywords"_s, u"priority"_s});
        Category read;
        read.name = line(in, u"/name"_s, categoryNameLimit);
        read.description = line(in, u"/description"_s, categoryDescriptionLimit);
        std::vector<JsonReader> words = in.optionalArray(u"/keywords"_s);
        if (words.size() > size_t(categoryWordsLimit))
            in.fault(u"/keywords"_s, u"has more than %1 entries"_s.arg(categoryWordsLimit));
        for (JsonReader &word : words)
            read.keywords << paragraph(word, {}, categoryWordLimit);
        const QString priority = in.optionalText(u"/priority"_s).value_or(u"normal"_s);
        if (!strictPriorityFrom(priority))
            in.fault(u"/priority"_s, u"must be one of low, normal, high, urgent"_s);
        read.defaultPriority = strictPriorityFrom(priority).value_or(Priority::Normal);
        read.position = int(m_pack.categories.size());
        if (isSameName(read.name, u"Unsorted"_s))
            in.fault(u"/name"_s, u"must not be Unsorted, which every workspace has"_s);
        if (categoryNamed(m_pack.categories, read.name))
            in.fault(u"/name"_s, u"stands twice among the categories"_s);
        if (!in.ok())
            return;
        const Result<Category> checked = checkedCategory(read);
        if (checked)
            m_pack.categories.push_back(*checked);
        else
            in.fault({}, u"is refused: "_s + checked.error().message.chopped(1));
    }

    void readReply(JsonReader &in)
    {
        known(in, {u"title"_s, u"category"_s, u"language"_s, u"text"_s, u"valid_from"_s, u"valid_until"_s});
        Pack::Reply read;
        read.reply.title = line(in, u"/title"_s, guidanceTitleLimit);
        once(in, m_replyTitles, read.reply.title);
        read.category = category(in);
        read.reply.language = in.optionalText(u"/language"_s).value_or(QString());
        if (!read.reply.language.isEmpty() && !isLanguageCode(read.reply.language))
            in.fault(u"/language"_s, u"must be two lower-case letters, like en"_s);
        read.reply.text = paragraph(in, u"/text"_s, replyTextLimit);
        if (const QString unknown = unknownPlaceholder(read.reply.text); !unknown.isEmpty())
            in.fault(u"/text"_s,
                     u"has %1, which nothing fills; there are %2"_s.arg(unknown, replyPlaceholders().join(u", "_s)));
        read.reply.valid = days(in);
        m_pack.replies.push_back(std::move(read));
    }

    void readGuide(JsonReader &in)
    {
        known(in, {u"title"_s, u"category"_s, u"text"_s, u"valid_from"_s, u"valid_until"_s});
        Pack::Guide read;
        read.rule.title = line(in, u"/title"_s, guidanceTitleLimit);
        once(in, m_guideTitles, read.rule.title);
        read.category = category(in);
        read.rule.text = paragraph(in, u"/text"_s, guideTextLimit);
        read.rule.valid = days(in);
        m_pack.guides.push_back(std::move(read));
    }

    void readRules()
    {
        const QByteArray document = QJsonDocument(m_in.value(u"/rules"_s).toObject()).toJson(QJsonDocument::Compact);
        const Result<RuleSet> rules = m_in.value(u"/rules"_s).isObject()
            ? parseRuleSet(document, 0)
            : Result<RuleSet>(makeError(Error::Kind::Protocol, u"must be an object at /"_s));
        if (!rules) { // "rule set ... at /rules/0/when (line 3)": the place goes on from ours
            static const QRegularExpression place(u"^(?:rule set )?(.*?)(?: at (/\\S*))?(?: \\(line \\d+\\))?[.,]?$"_s);
            const QRegularExpressionMatch found = place.match(rules.error().message);
            const QString inner = found.captured(2) == u"/"_s ? QString() : found.captured(2);
            m_in.fault(u"/rules"_s + inner, found.captured(1));
            return;
        }
        for (const RuleDocumentName &named : categoriesInRules(document)) {
            if (!categoryNamed(m_pack.categories, named.name) && !isSameName(named.name, u"Unsorted"_s))
                m_in.fault(u"/rules"_s + named.pointer,
                           u"names “%1”, which is no category of this pack"_s.arg(named.name.left(80)));
        }
        QStringList names;
        for (size_t i = 0; i < rules->rules.size(); ++i) {
            if (names.contains(rules->rules[i].name))
                m_in.fault(u"/rules/rules/%1/name"_s.arg(i), u"stands twice among the rules"_s);
            names << rules->rules[i].name;
        }
        m_pack.rules = document;
    }

    JsonReader m_in;
    Pack m_pack;
    QStringList m_replyTitles;
    QStringList m_guideTitles;
};

/// "retail.json has no string at /x" as "retail.json, line 3: /x has no string".
Error packFault(const JsonReader &in, const QByteArray &bytes, const QString &file)
{
    QString message = in.error().message;
    if (message.startsWith(file + u' '))
        message = message.mid(file.size() + 1);
    const auto path = in.faultPath();
    if (path) {
        const QString at = u" at "_s + (path->isEmpty() ? u"/"_s : *path);
        if (message.endsWith(at))
            message.chop(at.size());
        return makeError(Error::Kind::Refused,
                         u"%1, line %2: %3 %4"_s.arg(file, QString::number(qMax(1, jsonLine(bytes, *path))),
                                                     path->isEmpty() ? u"/"_s : *path, message));
    }
    static const QRegularExpression place(u" at byte (\\d+)$"_s);
    const QRegularExpressionMatch byte = place.match(message);
    if (byte.hasMatch())
        return makeError(Error::Kind::Refused,
                         u"%1, line %2: the text %3"_s.arg(
                             file, QString::number(lineAt(bytes, byte.captured(1).toLongLong() - 1)), message));
    return makeError(Error::Kind::Refused, u"%1, line 1: the text %2"_s.arg(file, message));
}

} // namespace

Result<Pack> parsePack(const QByteArray &bytes, const QString &fileName)
{
    const QString file = QFileInfo(fileName).fileName().left(120);
    PackReader reader(JsonReader::parse(bytes, file, packLimits));
    if (!reader.reader().ok())
        return packFault(reader.reader(), bytes, file);
    Pack pack = reader.read();
    if (!reader.reader().ok())
        return packFault(reader.reader(), bytes, file);
    return pack;
}

} // namespace patchbay
