#pragma once

#include "connectors/kit/chat_spec.h"

#include <QtCore/QHash>

namespace patchbay {

/// What a stored item is: the bytes as they came, and the names that they lack.
struct NamedItem {
    QByteArray item = {};
    QJsonObject names = {}; ///< "user:U1" -> "Ana Lima"
};
/// Bytes without names are an item of their own. Pure.
NamedItem namedItem(const QByteArray &raw);
/// The name that stands there; `otherwise` where none is known. Pure.
QString nameOr(const QJsonObject &names, const QString &id, const QString &otherwise);

/// Puts names to items whose platform tells ids only. A name that cannot be had holds nothing up: the item goes
/// without. Owned by ChatSession, event loop's thread; outlives its calls.
class ChatNames {
public:
    /// `within`: 0 for the account's deadline.
    using Ask = std::function<Async<Result<QString>>(QString id, std::chrono::milliseconds within)>;

    ChatNames(const NameSpec &spec, const Clock &clock, Ask ask);
    /// All together take no longer than twice `within`; 0: as long as they take.
    Async<Result<std::vector<RawItem>>> named(std::vector<RawItem> items, std::chrono::milliseconds within);

private:
    Async<Result<QString>> nameOf(QString id, std::chrono::milliseconds within);

    QStringList (*m_lacking)(const RawItem &item);
    const Clock &m_clock;
    Ask m_ask;
    QHash<QString, QString> m_names; ///< empty: it has none
    Timestamp m_pausedUntil = {}; ///< after a failure nobody is asked
};

} // namespace patchbay
