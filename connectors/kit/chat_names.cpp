#include "connectors/kit/chat_names.h"

#include "connectors/kit/raw_json.h"
#include "core/base/log.h"

#include <QtCore/QJsonDocument>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostNames = 5000;
constexpr std::chrono::minutes namePause{1};
constexpr std::chrono::minutes nameRefusedPause{60}; // a person has to give the app another permission
const QByteArray namedHead = "{\"names\":";

} // namespace

NamedItem namedItem(const QByteArray &raw)
{
    if (!raw.startsWith(namedHead))
        return {raw, {}};
    JsonReader in = JsonReader::parse(raw, u"item"_s);
    if (!in.ok() || !in.has(u"/item"_s))
        return {raw, {}};
    return {rawJsonAt(raw, u"/item"_s), in.value(u"/names"_s).toObject()};
}

QString nameOr(const QJsonObject &names, const QString &id, const QString &otherwise)
{
    const QString name = names.value(id).toString();
    return name.isEmpty() ? otherwise : name;
}

ChatNames::ChatNames(const NameSpec &spec, const Clock &clock, Ask ask)
    : m_lacking(spec.lacking)
    , m_clock(clock)
    , m_ask(std::move(ask))
{
}

Async<Result<std::vector<RawItem>>> ChatNames::named(std::vector<RawItem> items, std::chrono::milliseconds within)
{
    const Timestamp begin = m_clock.now();
    for (RawItem &item : items) {
        QJsonObject names;
        for (const QString &id : m_lacking(item)) {
            if (within.count() > 0 && m_clock.now() - begin >= within)
                break;
            const Result<QString> name = co_await nameOf(id, within);
            if (name && !name->isEmpty())
                names.insert(id, *name);
        }
        if (!names.isEmpty())
            item.raw = namedHead + QJsonDocument(names).toJson(QJsonDocument::Compact) + ",\"item\":" + item.raw + '}';
    }
    co_return items;
}

Async<Result<QString>> ChatNames::nameOf(QString id, std::chrono::milliseconds within)
{
    const auto known = m_names.constFind(id);
    if (known != m_names.constEnd())
        co_return *known;
    if (m_clock.now() < m_pausedUntil)
        co_return QString();
    auto asking = m_ask(id, within);
    const Result<QString> name = co_await std::move(asking);
    if (!name && (name.error().kind == Error::Kind::NotFound || name.error().kind == Error::Kind::Refused)) {
        m_names.insert(id, QString());
        co_return QString();
    }
    if (!name) {
        const bool isRefused = name.error().kind == Error::Kind::Unauthorized;
        m_pausedUntil = m_clock.now() + (isRefused ? nameRefusedPause : namePause);
        logWarning("channels", u"Names are not read for a while: %1"_s.arg(name.error().message));
        co_return name.error();
    }
    if (m_names.size() >= mostNames)
        m_names.clear();
    m_names.insert(id, *name);
    co_return *name;
}

} // namespace patchbay
