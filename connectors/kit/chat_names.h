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

/// Puts names to items whose platform tells ids only. A name that cannot be had holds nothing up: the item goes
/// without. Owned by ChatSession, event loop's thread; outlives its calls.
class ChatNames {
public:
    using Ask = std::function<Async<Result<QString>>(QString id)>;

    ChatNames(const NameSpec &spec, const Clock &clock, Ask ask);
    Async<Result<std::vector<RawItem>>> named(std::vector<RawItem> items);

private:
    Async<Result<QString>> nameOf(QString id);

    QStringList (*m_lacking)(const RawItem &item);
    const Clock &m_clock;
    Ask m_ask;
    QHash<QString, QString> m_names; ///< empty: it has none
    Timestamp m_pausedUntil = {}; ///< after a failure nobody is asked
};

} // namespace patchbay
