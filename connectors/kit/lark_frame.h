#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QPair>

#include <map>
#include <optional>

namespace patchbay {

/// One message of the long connection of Feishu and Lark ("pbbp2", Protocol Buffers, proto2). The numbers of the fields
/// are those of Lark's own SDKs (oapi-sdk-go, ws/pbbp2.pb.go). A value.
struct LarkFrame {
    quint64 seq = 0; ///< 1
    quint64 log = 0; ///< 2
    qint32 service = 0; ///< 3
    qint32 method = 0; ///< 4: 0 is about the connection, 1 carries something
    QList<QPair<QByteArray, QByteArray>> headers = {}; ///< 5
    QByteArray payloadEncoding = {}; ///< 6
    QByteArray payloadType = {}; ///< 7
    QByteArray payload = {}; ///< 8
    QByteArray newLog = {}; ///< 9

    QByteArray header(const QByteArray &key) const;
    int number(const QByteArray &key, int otherwise) const;
};

/// Refused as Protocol: what is cut off, has groups, or more than 100 headers. Fields that are not known are passed by.
/// Pure; any thread.
Result<LarkFrame> larkFrame(const QByteArray &bytes);
QByteArray toBytes(const LarkFrame &frame);

/// Messages that come in several frames ("sum" and "seq" of one "message_id"). At most 20 wait at a time, of 64 parts
/// and 8 MB; the oldest goes. A value.
class LarkParts {
public:
    /// The whole payload when this frame was the last one that it lacked; else nothing. A number that cannot be is an
    /// error.
    Result<std::optional<QByteArray>> take(const LarkFrame &frame);

private:
    struct Message {
        std::map<int, QByteArray> parts = {};
        int sum = 0;
        quint64 age = 0;
    };
    std::map<QByteArray, Message> m_waiting;
    quint64 m_age = 0;
};

} // namespace patchbay
