#pragma once

#include "connectors/kit/chat_spec.h"
#include "connectors/kit/literal.h"

namespace patchbay {

/// What the dialogues over a socket have in common.

/// An item's key: the first of these ids that is there, behind its word ("message:17"); else the hash of the bytes.
QString itemKey(const QByteArray &bytes, const QList<QPair<QString, QString>> &ids);

/// A dialogue that remembers nothing from one frame to the next: the address of its connection was the sign-in, and
/// the other side is heard as long as the transport is up.
using FrameReader = SocketStep (*)(const QByteArray &frame);
std::unique_ptr<SocketDialogue> frameByFrame(FrameReader read);
template <FrameReader read>
std::unique_ptr<SocketDialogue> makeFrameByFrame(const ChatContext &, const AccountConfig &, std::function<double()>)
{
    return frameByFrame(read);
}

/// One whose heartbeats the other side answers; it ends when two of them stay without a sign.
class BeatingDialogue : public SocketDialogue {
public:
    SocketStep tick(Timestamp now) final;
    std::optional<Error> closed(int code, const QString &reason) override;

protected:
    /// `title`: the platform's, for the sentence.
    BeatingDialogue(QString title, std::chrono::seconds interval);

    virtual QByteArray beat() = 0;
    void heardBeat() { m_missed = 0; }
    std::chrono::seconds interval() const { return m_interval; }
    void setInterval(std::chrono::seconds interval) { m_interval = interval; } ///< from the next one on

private:
    QString m_title;
    std::chrono::seconds m_interval;
    int m_missed = 0;
};

} // namespace patchbay
