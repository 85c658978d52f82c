#include "core/engine/rules_cases.h"

#include "core/base/json_place.h"
#include "core/base/json_reader.h"
#include "core/model/names.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// Reads a file of cases; every fault carries its path.
class CaseParser {
public:
    explicit CaseParser(const QByteArray &document)
        : m_in(JsonReader::parse(document, u"file of cases"_s, {.bytes = 16 * 1024 * 1024, .depth = 12}))
    {
    }

    Result<std::vector<RuleCase>> read()
    {
        std::vector<RuleCase> cases;
        onlyKeys(m_in, {u"cases"_s});
        for (JsonReader &in : m_in.array(u"/cases"_s)) {
            if (!m_in.ok())
                break;
            onlyKeys(in, {u"name"_s, u"message"_s, u"expect"_s});
            RuleCase one;
            one.name = in.text(u"/name"_s);
            JsonReader message = in.object(u"/message"_s);
            JsonReader expect = in.object(u"/expect"_s);
            if (m_in.ok())
                readMessage(message, one.facts);
            if (m_in.ok())
                readExpected(expect, one);
            cases.push_back(std::move(one));
        }
        if (m_in.ok() && cases.empty())
            m_in.fault(u"/cases"_s, u"has no case"_s);
        return m_in.finish(std::move(cases));
    }

    std::optional<QString> faultPath() const { return m_in.faultPath(); }

private:
    static void onlyKeys(JsonReader &in, const QStringList &allowed)
    {
        for (const QString &key : in.keys()) {
            if (!allowed.contains(key))
                in.fault(u'/' + key.left(80),
                         u"has the unknown key \"%1\" (known: %2)"_s.arg(key.left(80), allowed.join(u", "_s)));
        }
    }

    static void text(JsonReader &in, const QString &key, QString &into)
    {
        into = in.optionalText(u'/' + key).value_or(into);
    }

    static std::optional<Priority> priority(JsonReader &in)
    {
        const auto name = in.optionalText(u"/priority"_s);
        const auto found = name ? strictPriorityFrom(*name) : std::nullopt;
        if (name && !found)
            in.fault(u"/priority"_s, u"has no such priority (it is low, normal, high or urgent)"_s);
        return found;
    }

    static std::optional<QStringList> texts(JsonReader &in, const QString &path)
    {
        if (!in.has(path))
            return std::nullopt;
        QStringList list;
        for (JsonReader &each : in.optionalArray(path))
            list << each.text({});
        return list;
    }

    static void readMessage(JsonReader &in, Facts &facts)
    {
        onlyKeys(in,
                 {u"channel"_s, u"connector"_s, u"category"_s, u"confidence"_s, u"priority"_s, u"language"_s,
                  u"subject"_s, u"text"_s, u"contact"_s, u"contact_name"_s, u"labels"_s, u"automatic"_s, u"state"_s,
                  u"assignee"_s, u"at"_s, u"waiting_minutes"_s, u"before"_s});
        text(in, u"channel"_s, facts.channel);
        text(in, u"connector"_s, facts.connector);
        text(in, u"category"_s, facts.category);
        facts.confidence = in.optionalNumber(u"/confidence"_s).value_or(1);
        facts.priority = priority(in).value_or(Priority::Normal);
        text(in, u"language"_s, facts.language);
        text(in, u"subject"_s, facts.subject);
        text(in, u"text"_s, facts.text);
        text(in, u"contact"_s, facts.contactAddress);
        text(in, u"contact_name"_s, facts.contactName);
        facts.labels = texts(in, u"/labels"_s).value_or(QStringList());
        facts.automatic = in.optionalBoolean(u"/automatic"_s).value_or(false);
        text(in, u"state"_s, facts.state);
        text(in, u"assignee"_s, facts.assignee);
        facts.waitingMinutes = in.optionalNumber(u"/waiting_minutes"_s).value_or(0);
        if (const auto at = in.optionalText(u"/at"_s)) {
            facts.at = Timestamp::from(QDateTime::fromString(*at, Qt::ISODate));
            if (!facts.at)
                in.fault(u"/at"_s, u"has no time like \"2026-03-02T09:30:00Z\""_s);
        }
        if (!in.has(u"/before"_s))
            return;
        JsonReader before = in.object(u"/before"_s);
        onlyKeys(before, {u"category"_s, u"priority"_s, u"language"_s, u"state"_s});
        facts.before.category = before.optionalText(u"/category"_s);
        facts.before.priority = priority(before);
        facts.before.language = before.optionalText(u"/language"_s);
        facts.before.state = before.optionalText(u"/state"_s);
    }

    static void readExpected(JsonReader &in, RuleCase &one)
    {
        onlyKeys(in,
                 {u"route"_s, u"priority"_s, u"labels"_s, u"assign"_s, u"escalate"_s, u"accepted"_s, u"draft_reply"_s,
                  u"fired"_s});
        if (in.keys().isEmpty())
            in.fault({}, u"has a case that expects nothing"_s);
        one.route = in.optionalText(u"/route"_s);
        one.priority = priority(in);
        one.labels = texts(in, u"/labels"_s);
        one.assign = in.optionalText(u"/assign"_s);
        one.escalate = in.optionalText(u"/escalate"_s);
        one.accepted = in.optionalBoolean(u"/accepted"_s);
        one.draftReply = in.optionalText(u"/draft_reply"_s);
        one.fired = texts(in, u"/fired"_s);
    }

    JsonReader m_in;
};

QString caseShown(QString text) { return text.isEmpty() ? u"nothing"_s : u'"' + text.left(200) + u'"'; }

} // namespace

Result<std::vector<RuleCase>> parseRuleCases(const QByteArray &document)
{
    CaseParser parser(document);
    auto cases = parser.read();
    if (cases)
        return cases;
    QString sentence = cases.error().message;
    if (const auto path = parser.faultPath()) {
        if (const int line = jsonLine(document, *path); line > 0)
            sentence += u" (line %1)"_s.arg(line);
    }
    return makeError(Error::Kind::Refused, sentence);
}

QStringList failuresOf(const RuleCase &one, const RuleSet &rules)
{
    const Decision decision = evaluate(rules, one.facts);
    QStringList failures;
    const auto compare = [&failures](const QString &what, const std::optional<QString> &expected, const QString &is) {
        if (expected && *expected != is)
            failures << u"%1 is %2, expected %3"_s.arg(what, caseShown(is), caseShown(*expected));
    };
    const auto sorted = [](QStringList list) {
        list.sort();
        return list.join(u", "_s);
    };
    compare(u"route"_s, one.route, decision.route);
    const Priority priority = decision.priority.value_or(one.facts.priority);
    compare(u"priority"_s, one.priority ? std::optional(nameOf(*one.priority)) : std::nullopt, nameOf(priority));
    compare(u"labels"_s, one.labels ? std::optional(sorted(*one.labels)) : std::nullopt, sorted(decision.labels));
    compare(u"assign"_s, one.assign, decision.assign);
    compare(u"escalate"_s, one.escalate, decision.escalate);
    compare(u"draft_reply"_s, one.draftReply, decision.draftReply);
    QStringList fired;
    for (const int place : decision.fired)
        fired << rules.rules[size_t(place)].name;
    compare(u"fired"_s, one.fired ? std::optional(one.fired->join(u", "_s)) : std::nullopt, fired.join(u", "_s));
    const bool accepted = decision.acceptAbove && one.facts.confidence >= *decision.acceptAbove && !one.facts.automatic
        && !decision.route.isEmpty();
    if (one.accepted && *one.accepted != accepted)
        failures << (accepted ? u"it is accepted without asking, and should not be"_s
                              : u"it is not accepted without asking, and should be"_s);
    return failures;
}

} // namespace patchbay
