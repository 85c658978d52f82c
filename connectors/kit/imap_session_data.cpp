// What an IMAP server says beside the answers themselves: capabilities, codes, numbers, messages.
#include "connectors/kit/imap_session.h"

#include "connectors/kit/imap_text.h"
#include "core/base/log.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t imapMostMessages = 10000; // in one answer; we ask for 50 at a time

/// Fills a message from the name and value pairs of FETCH; false when a known one is malformed.
bool imapReadMessage(const ImapValue &list, ImapMessage &message)
{
    if (list.kind != ImapValue::Kind::List || list.items.size() % 2 != 0)
        return false;
    for (size_t i = 0; i < list.items.size(); i += 2) {
        const QByteArray name = list.items[i].bytes.toUpper();
        const ImapValue &value = list.items[i + 1];
        if (list.items[i].kind != ImapValue::Kind::Atom)
            return false;
        if (name == "UID") {
            const std::optional<quint32> uid = imapNumber(value.bytes);
            if (!uid || *uid == 0)
                return false;
            message.uid = *uid;
        } else if (name == "RFC822.SIZE") {
            bool fits = false;
            message.size = value.bytes.toLongLong(&fits);
            if (!fits || message.size < 0)
                return false;
        } else if (name == "INTERNALDATE") {
            // A server with a strange clock is no reason to lose a message: an unreadable date is no date.
            message.internalDate = imapInternalDate(value.bytes).value_or(Timestamp());
        } else if (name.startsWith("BODY[") && value.kind == ImapValue::Kind::String) {
            message.hasText = true;
            message.text = value.bytes;
            message.textSize = value.size;
        }
    }
    return true;
}

} // namespace

void ImapSession::onUntagged(const ImapResponse &response)
{
    if (response.name == "BYE") {
        onBye(response);
        return;
    }
    if (m_state == State::StartTls)
        return; // said in clear: not believed, not kept
    if (response.name == "PREAUTH") {
        end(Error::Kind::Protocol, u"%1 greets twice."_s.arg(m_signIn.host));
        return;
    }
    readCode(response);
    if (response.name == "CAPABILITY") {
        QList<QByteArray> words;
        for (const ImapValue &value : response.values)
            words << value.bytes.toUpper();
        readCapabilities(words);
    } else if (response.name == "EXISTS") {
        m_reply.exists = response.number;
        m_news = true;
        if (m_idling)
            emitEvent({ImapEvent::Kind::News});
    } else if (response.name == "SEARCH") {
        onSearch(response);
    } else if (response.name == "FETCH") {
        onFetch(response);
    }
}

void ImapSession::onBye(const ImapResponse &response)
{
    if (m_loggingOut)
        return;
    // In the middle of a command it may be the server's only way to refuse it: Dovecot never answers FETCH with NO.
    const bool answers = m_state == State::Busy && !m_idling;
    const QString words = redacted(QString::fromUtf8(response.text)).left(500).simplified();
    if (answers)
        end(Error::Kind::Remote,
            u"%1 ended the connection when asked to %2: \"%3\"."_s.arg(m_signIn.host, m_command.purpose, words));
    else
        end(Error::Kind::Offline, u"%1 ended the connection: \"%2\"."_s.arg(m_signIn.host, words));
}

void ImapSession::onSearch(const ImapResponse &response)
{
    for (const ImapValue &value : response.values) {
        if (value.kind == ImapValue::Kind::List)
            continue; // (MODSEQ ...)
        const std::optional<quint32> number = imapNumber(value.bytes);
        if (value.kind != ImapValue::Kind::Atom || !number || *number == 0) {
            end(Error::Kind::Protocol, u"%1 answers a search with what is no number."_s.arg(m_signIn.host));
            return;
        }
        m_reply.found.push_back(*number);
    }
    // Several SEARCH lines in one answer add up, within the same bound.
    if (m_reply.found.size() > size_t(m_limits.searchLine))
        end(Error::Kind::Protocol, u"%1 finds more messages than there can be."_s.arg(m_signIn.host));
}

void ImapSession::onFetch(const ImapResponse &response)
{
    ImapMessage message;
    if (response.values.size() != 1 || !imapReadMessage(response.values.front(), message)) {
        end(Error::Kind::Protocol, u"%1 describes a message in a form that cannot be read."_s.arg(m_signIn.host));
        return;
    }
    m_replyBytes += message.text.size();
    if (m_replyBytes > m_limits.response || m_reply.messages.size() >= imapMostMessages) {
        end(Error::Kind::Protocol, u"%1 sends far more than was asked for."_s.arg(m_signIn.host));
        return;
    }
    if (m_state == State::Busy && message.uid != 0) // without a UID: news about flags, which nobody here needs
        m_reply.messages.push_back(std::move(message));
}

void ImapSession::readCode(const ImapResponse &response)
{
    const QList<QByteArray> words = response.code.split(' ');
    const QByteArray name = words.first().toUpper();
    if (name == "UIDVALIDITY" && words.size() == 2)
        m_reply.uidValidity = imapNumber(words[1]).value_or(0);
    else if (name == "UIDNEXT" && words.size() == 2)
        m_reply.uidNext = imapNumber(words[1]).value_or(0);
    else if (name == "CAPABILITY") {
        QList<QByteArray> capabilities;
        for (const QByteArray &word : words.mid(1))
            capabilities << word.toUpper();
        readCapabilities(capabilities);
    }
}

void ImapSession::readCapabilities(const QList<QByteArray> &words) { m_capabilities = words; }

} // namespace patchbay
