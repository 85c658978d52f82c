#include "connectors/kit/chat_sweep.h"

#include "connectors/kit/chat_text.h"
#include "core/model/names.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t mostKnownChats = 300;
constexpr size_t mostWantedChats = 20000;
constexpr int mostListPages = 400;
constexpr qint64 sweepOverlap = 60; // seconds: who writes and who lists do not wait for each other

QJsonArray marksJson(const ChatSweep::Marks &marks)
{
    return {marks.assignee, QJsonArray::fromStringList(marks.labels)};
}

ChatSweep::Marks marksFrom(const QJsonValue &json)
{
    ChatSweep::Marks marks{json[0].toString(), {}};
    for (const QJsonValue &label : json[1].toArray())
        marks.labels << label.toString();
    return marks;
}

/// Done: true; open: false; snoozed: until which second, 0 for none.
QJsonValue standingJson(const ChatSweep::Standing &standing)
{
    const bool isSnoozed = standing.status == ConversationStatus::Snoozed;
    return isSnoozed ? QJsonValue(standing.until.us / 1000000)
                     : QJsonValue(standing.status == ConversationStatus::Done);
}

ChatSweep::Standing standingFrom(const QJsonValue &json)
{
    if (json.isDouble())
        return {ConversationStatus::Snoozed, chatTime(json.toInteger())};
    return {json.toBool() ? ConversationStatus::Done : ConversationStatus::Open, {}};
}

/// What the one list has and the other has not.
QJsonArray labelsOnlyIn(const QStringList &one, const QStringList &other)
{
    QJsonArray only;
    for (const QString &label : one) {
        if (!other.contains(label))
            only.append(label);
    }
    return only;
}

QStringList labelsAt(JsonReader &in, const QString &path)
{
    QStringList labels;
    for (JsonReader &one : in.optionalArray(path))
        labels << one.text({});
    return labels;
}

} // namespace

ChatSweep ChatSweep::from(const QByteArray &cursor)
{
    const QJsonObject json = QJsonDocument::fromJson(cursor).object();
    ChatSweep sweep;
    sweep.m_since = json.value("since"_L1).toInteger();
    sweep.m_top = json.value("top"_L1).toInteger();
    sweep.m_page = json.value("page"_L1).toInt(1);
    for (const QJsonValue &one : json.value("known"_L1).toArray())
        sweep.m_known.emplace_back(one[0].toString(), one[1].toString());
    for (const QJsonValue &one : json.value("wanted"_L1).toArray()) {
        if (const QString chat = one[0].toString(); !chat.isEmpty())
            sweep.m_wanted.push_back({chat, one[1].toString(), one[2].toString(), one[3].toString()});
    }
    if (sweep.m_page < 0 || (sweep.m_page == 0 && sweep.m_wanted.empty()))
        sweep.m_page = 1;
    for (const QJsonValue &one : json.value("turns"_L1).toArray()) {
        ChatSweep::Turn turn{one[0].toString(), standingFrom(one[1]), one[2].toInteger()};
        if (one[3].isArray()) {
            turn.was = marksFrom(one[3]);
            turn.is = marksFrom(one[4]);
        }
        sweep.m_turns.push_back(std::move(turn));
    }
    for (const QJsonValue &one : json.value("marks"_L1).toArray())
        sweep.m_marks.emplace_back(one[0].toString(), marksFrom(one[1]));
    for (const QJsonValue &one : json.value("closed"_L1).toArray()) // of a snoozed one with its time
        sweep.m_standings.emplace_back(one.isArray() ? one[0].toString() : one.toString(),
                                       standingFrom(one.isArray() ? one[1] : QJsonValue(true)));
    return sweep;
}

QByteArray ChatSweep::cursor() const
{
    QJsonArray known;
    for (const auto &[chat, newest] : m_known)
        known.append(QJsonArray{chat, newest});
    QJsonArray wanted;
    for (const Wanted &one : m_wanted)
        wanted.append(QJsonArray{one.chat, one.newest, one.known, one.before});
    QJsonArray closed;
    for (const auto &[chat, is] : m_standings)
        closed.append(is.status == ConversationStatus::Done ? QJsonValue(chat) : QJsonArray{chat, standingJson(is)});
    QJsonObject json{
        {u"since"_s, m_since}, {u"top"_s, m_top}, {u"page"_s, m_page}, {u"known"_s, known}, {u"closed"_s, closed}};
    if (!wanted.isEmpty())
        json.insert(u"wanted"_s, wanted);
    QJsonArray turns;
    for (const Turn &turn : m_turns) {
        QJsonArray one{turn.chat, standingJson(turn.standing), turn.activity};
        if (turn.was) {
            one.append(marksJson(*turn.was));
            one.append(marksJson(turn.is));
        }
        turns.append(one);
    }
    if (!turns.isEmpty())
        json.insert(u"turns"_s, turns);
    QJsonArray marks;
    for (const auto &[chat, is] : m_marks)
        marks.append(QJsonArray{chat, marksJson(is)});
    if (!marks.isEmpty())
        json.insert(u"marks"_s, marks);
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

qint64 ChatSweep::since() const { return std::max<qint64>(0, m_since - sweepOverlap); }

void ChatSweep::listed(const QString &chat, const QString &newest, qint64 activity)
{
    m_top = std::max(m_top, activity);
    const auto same = [&chat](const Wanted &one) { return one.chat == chat; };
    const bool isWanted = std::any_of(m_wanted.begin(), m_wanted.end(), same); // it moved while pages were read
    if (activity >= since() && known(chat) != newest && !isWanted && m_wanted.size() < mostWantedChats)
        m_wanted.push_back({chat, newest, known(chat), {}});
}

QString ChatSweep::known(const QString &chat) const
{
    const auto found = std::find_if(m_known.begin(), m_known.end(), [&](const auto &one) { return one.first == chat; });
    return found == m_known.end() ? QString() : found->second;
}

void ChatSweep::keep(const QString &chat, const QString &newest)
{
    std::erase_if(m_known, [&chat](const auto &one) { return one.first == chat; });
    m_known.emplace_back(chat, newest);
    if (m_known.size() > mostKnownChats)
        m_known.erase(m_known.begin());
}

void ChatSweep::listRead(bool goesOn) { m_page = goesOn && m_page < mostListPages ? m_page + 1 : 0; }

void ChatSweep::chatRead(const QString &newest)
{
    const Wanted read = m_wanted.front();
    m_wanted.erase(m_wanted.begin());
    keep(read.chat, newest.isEmpty() ? read.newest : newest);
}

void ChatSweep::stands(const QString &chat, const Standing &is, qint64 activity)
{
    if (activity < since())
        return;
    const auto isIt = [&chat](const auto &one) { return one.first == chat; };
    const auto known = std::find_if(m_standings.begin(), m_standings.end(), isIt);
    if ((known == m_standings.end() ? Standing() : known->second) == is)
        return;
    m_turns.push_back({chat, is, activity});
    std::erase_if(m_standings, isIt);
    if (is != Standing())
        m_standings.emplace_back(chat, is);
    if (m_standings.size() > mostKnownChats)
        m_standings.erase(m_standings.begin());
}

void ChatSweep::marked(const QString &chat, const Marks &is, qint64 activity)
{
    if (activity < since())
        return;
    const auto known = std::find_if(m_marks.begin(), m_marks.end(), [&](const auto &one) { return one.first == chat; });
    const Marks was = known == m_marks.end() ? Marks() : known->second;
    if (was == is)
        return;
    m_turns.push_back({chat, {}, activity, was, is});
    if (known != m_marks.end())
        m_marks.erase(known);
    if (is != Marks())
        m_marks.emplace_back(chat, is);
    if (m_marks.size() > mostKnownChats)
        m_marks.erase(m_marks.begin());
}

std::vector<ChatSweep::Turn> ChatSweep::begin(Timestamp now)
{
    m_since = std::max(m_since, m_top > 0 ? m_top : m_since > 0 ? 0 : now.us / 1000000);
    m_page = 1;
    return std::exchange(m_turns, {});
}

std::vector<ChatSweep::Turn> ChatSweep::leadOn(ChatPage &page, Timestamp now)
{
    page.more = !isDone();
    std::vector<Turn> turns = isDone() ? begin(now) : std::vector<Turn>();
    page.cursor = cursor();
    return turns;
}

void ChatSweep::lead(ChatPage &page, Timestamp now)
{
    for (const Turn &turn : leadOn(page, now))
        page.items.push_back(itemOf(turn));
}

RawItem ChatSweep::itemOf(const Turn &turn)
{
    QJsonObject told{{u"id"_s, turn.chat}, {u"last_activity_at"_s, turn.activity}};
    if (!turn.was) {
        const auto &[status, until] = turn.standing;
        QString key = u"state:%1:%2:%3"_s.arg(turn.chat, nameOf(status)).arg(turn.activity);
        told.insert(u"status"_s, nameOf(status));
        if (until) {
            told.insert(u"until"_s, until.us / 1000000);
            key += u":%1"_s.arg(until.us / 1000000); // it may be snoozed again without a word
        }
        return {key, QJsonDocument(told).toJson(QJsonDocument::Compact)};
    }
    if (turn.was->assignee != turn.is.assignee)
        told.insert(u"assignee"_s, turn.is.assignee);
    told.insert(u"labelled"_s, labelsOnlyIn(turn.is.labels, turn.was->labels));
    told.insert(u"unlabelled"_s, labelsOnlyIn(turn.was->labels, turn.is.labels));
    const QByteArray raw = QJsonDocument(told).toJson(QJsonDocument::Compact);
    const QByteArray hash = QCryptographicHash::hash(raw, QCryptographicHash::Sha256).toHex().left(12);
    return {u"marks:%1:%2:%3"_s.arg(turn.chat, QString::fromLatin1(hash)).arg(turn.activity), raw};
}

std::optional<Result<InboundMessage>> parseTurn(const RawItem &item)
{
    const bool isStatus = item.sourceKey.startsWith("state:"_L1);
    if (!isStatus && !item.sourceKey.startsWith("marks:"_L1))
        return std::nullopt;
    JsonReader in = JsonReader::parse(item.raw, u"message"_s);
    InboundMessage message;
    message.kind = InboundKind::Event;
    message.dedupeKey = item.sourceKey;
    message.threadKey = in.id(u"/id"_s);
    message.providerAt = chatTime(in.optionalInteger(u"/last_activity_at"_s).value_or(0));
    if (isStatus)
        message.status = conversationStatusFrom(in.text(u"/status"_s));
    message.snoozedUntil = chatTime(in.optionalInteger(u"/until"_s).value_or(0));
    message.assignee = in.optionalText(u"/assignee"_s);
    message.labelled = labelsAt(in, u"/labelled"_s);
    message.unlabelled = labelsAt(in, u"/unlabelled"_s);
    return in.finish(std::move(message));
}

ChatPage passSwept(const ChatContext &context)
{
    ChatSweep sweep = ChatSweep::from(context.cursor);
    ChatPage page;
    if (sweep.isListing())
        return page;
    sweep.chatRead();
    sweep.lead(page, context.now);
    return page;
}

} // namespace patchbay
