#include "connectors/kit/chat_sweep.h"

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
        const auto status = one[1].toBool() ? ConversationStatus::Done : ConversationStatus::Open;
        sweep.m_turns.push_back({one[0].toString(), status, one[2].toInteger()});
    }
    for (const QJsonValue &one : json.value("closed"_L1).toArray())
        sweep.m_closed << one.toString();
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
    QJsonObject json{{u"since"_s, m_since},
                     {u"top"_s, m_top},
                     {u"page"_s, m_page},
                     {u"known"_s, known},
                     {u"closed"_s, QJsonArray::fromStringList(m_closed)}};
    if (!wanted.isEmpty())
        json.insert(u"wanted"_s, wanted);
    QJsonArray turns;
    for (const Turn &turn : m_turns)
        turns.append(QJsonArray{turn.chat, turn.status == ConversationStatus::Done, turn.activity});
    if (!turns.isEmpty())
        json.insert(u"turns"_s, turns);
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

void ChatSweep::stands(const QString &chat, bool isClosed, qint64 activity)
{
    if (activity < since() || m_closed.contains(chat) == isClosed)
        return;
    m_turns.push_back({chat, isClosed ? ConversationStatus::Done : ConversationStatus::Open, activity});
    if (!isClosed)
        m_closed.removeAll(chat);
    else
        m_closed << chat;
    if (m_closed.size() > qsizetype(mostKnownChats))
        m_closed.removeFirst();
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

} // namespace patchbay
