#include "connectors/kit/socket_talk.h"

#include "connectors/kit/chat_hook.h"
#include "core/base/ids.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostMissedBeats = 2;

class FrameByFrame final : public SocketDialogue {
public:
    explicit FrameByFrame(FrameReader read)
        : m_read(read)
    {
    }

    SocketStep opened(Timestamp) override
    {
        SocketStep step;
        step.ready = true;
        return step;
    }
    SocketStep received(const QByteArray &frame, bool, Timestamp) override { return m_read(frame); }
    SocketStep tick(Timestamp) override { return {}; }
    std::optional<Error> closed(int, const QString &) override { return std::nullopt; }

private:
    FrameReader m_read;
};

} // namespace

QString itemKey(const QByteArray &bytes, const QList<QPair<QString, QString>> &ids)
{
    for (const auto &[word, id] : ids) {
        if (!id.isEmpty())
            return indexKey(word + u':' + id);
    }
    return bytesKey(bytes);
}

std::unique_ptr<SocketDialogue> frameByFrame(FrameReader read) { return std::make_unique<FrameByFrame>(read); }

BeatingDialogue::BeatingDialogue(QString title, std::chrono::seconds interval)
    : m_title(std::move(title))
    , m_interval(interval)
{
}

SocketStep BeatingDialogue::tick(Timestamp)
{
    SocketStep step;
    if (m_missed >= mostMissedBeats) {
        step.end =
            makeError(Error::Kind::Offline, u"%1 did not answer %2 heartbeats."_s.arg(m_title).arg(mostMissedBeats));
        return step;
    }
    ++m_missed;
    step.send = {beat()};
    step.wake = m_interval;
    return step;
}

std::optional<Error> BeatingDialogue::closed(int, const QString &) { return std::nullopt; }

} // namespace patchbay
