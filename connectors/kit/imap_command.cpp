#include "connectors/kit/imap_command.h"

#include "connectors/kit/imap_text.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QByteArray imapFetch(const std::vector<quint32> &uids, const char *items)
{
    return "UID FETCH " + imapSet(uids) + ' ' + items;
}

} // namespace

void imapAddString(ImapCommand &command, const QByteArray &value)
{
    if (imapIsQuotable(value)) {
        command.parts.last() += imapQuoted(value);
        return;
    }
    command.parts.last() += '{' + QByteArray::number(value.size()) + '}';
    command.parts << value;
}

ImapCommand imapExamine(const QString &folder)
{
    ImapCommand command{u"open the folder %1"_s.arg(folder), {"EXAMINE "}};
    imapAddString(command, imapMailboxName(folder));
    return command;
}

ImapCommand imapSearch(quint32 first, quint32 last, const QDate &since)
{
    ImapCommand command{u"look for messages"_s, {"UID SEARCH UID "}, false, true};
    command.parts.first() += QByteArray::number(first) + ':' + (last == 0 ? QByteArray("*") : QByteArray::number(last));
    if (since.isValid())
        command.parts.first() += " SINCE " + imapDate(since);
    return command;
}

ImapCommand imapSearchMessageId(const QByteArray &messageId)
{
    ImapCommand command{u"look for our message"_s, {"UID SEARCH HEADER Message-ID "}};
    imapAddString(command, messageId);
    return command;
}

ImapCommand imapFetchSizes(const std::vector<quint32> &uids)
{
    return {u"read the messages' sizes"_s, {imapFetch(uids, "(UID INTERNALDATE RFC822.SIZE)")}};
}

ImapCommand imapFetchTexts(const std::vector<quint32> &uids)
{
    return {u"read messages"_s, {imapFetch(uids, "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[])")}};
}

ImapCommand imapFetchHeader(quint32 uid)
{
    const std::vector<quint32> one{uid};
    return {u"read a message's header"_s, {imapFetch(one, "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])")}};
}

ImapCommand imapAppend(const QString &folder, const QByteArray &text)
{
    ImapCommand command{u"put a copy into %1"_s.arg(folder), {"APPEND "}};
    imapAddString(command, imapMailboxName(folder));
    command.parts.last() += " (\\Seen) {" + QByteArray::number(text.size()) + '}';
    command.parts << text;
    return command;
}

ImapCommand imapIdle() { return {u"wait for new mail"_s, {"IDLE"}, true}; }

ImapCommand imapNoop() { return {u"ask for news"_s, {"NOOP"}}; }

ImapCommand imapLogout() { return {u"sign out"_s, {"LOGOUT"}}; }

} // namespace patchbay
