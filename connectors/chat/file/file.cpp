// The channel of imported files: a parser without a connection.
#include "connectors/chat/file/formats.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/services.h"
#include "core/mail/mail.h"

#include <QtCore/QMetaObject>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

template <class T> Async<Result<T>> fileAnswer(Result<T> answer) { co_return answer; }

Error fileCannotSend()
{
    return makeError(Error::Kind::Refused, u"This channel holds imported files; it cannot send."_s);
}

/// The connector of a channel that has no connection. Owned by Channels; event loop's thread.
class FileConnector final : public ChatConnector {
public:
    void start(QByteArray, IntakeSink) override { tell(); }
    void fetchOnce(QByteArray, IntakeSink) override { tell(); }
    void stop() override { }

    DeliveryFacts facts() const override { return {}; }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override
    {
        return fileAnswer<Receipt>(fileCannotSend());
    }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override
    {
        return fileAnswer<std::optional<Receipt>>(std::optional<Receipt>()); // nothing was ever sent from here
    }
    Async<Result<QString>> test() override
    {
        return fileAnswer<QString>(u"This channel holds imported files; there is no connection to test."_s);
    }

private:
    void tell()
    {
        const auto say = [this] {
            Q_EMIT healthChanged(Health::Ok, u"Holds imported files; nothing arrives by itself."_s);
            Q_EMIT caughtUp();
        };
        QMetaObject::invokeMethod(this, say, Qt::QueuedConnection);
    }
};

/// Which parser reads an item stands in front of its source key; mails keep the "file:" that they always had.
Result<InboundMessage> parseFileItem(const RawItem &item, const AccountConfig &account)
{
    using ParseImported = Result<InboundMessage> (*)(const ImportedItem &item);
    static const QHash<QString, ParseImported> parsers{{u"telegram"_s, parseTelegramItem},
                                                       {u"whatsapp"_s, parseWhatsappItem},
                                                       {u"chatwoot"_s, parseChatwootItem},
                                                       {u"zammad"_s, parseZammadItem},
                                                       {u"csv"_s, parseCsvItem}};
    const ParseImported parse = parsers.value(item.sourceKey.section(u':', 0, 0));
    if (!parse)
        return parseMail(item.raw, account.settings.value(u"address"_s).toString());
    Result<ImportedItem> imported = importedItemFrom(item.raw);
    if (!imported)
        return imported.error();
    imported->key = item.sourceKey;
    return parse(*imported);
}

Result<Done> checkFile(const AccountConfig &account)
{
    const QString address = account.settings.value(u"address"_s).toString();
    if (!address.isEmpty() && normalAddress(address).isEmpty())
        return makeError(Error::Kind::Refused, u"The setting \"address\" is not a mail address."_s);
    return Done{};
}

} // namespace

ChatConnectorInfo chat_file(const ConnectorServices &)
{
    FormField address;
    address.key = u"address"_s;
    address.label = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Your address"));
    address.help = QString::fromUtf8(QT_TRANSLATE_NOOP("form", "Messages from it are shown as your own"));
    address.required = false;

    ChatConnectorInfo info;
    info.id = u"file"_s;
    info.title = u"Imported files"_s;
    info.setupHelp = setupHelpOf(info.id);
    info.form = {address};
    info.canSend = false;
    info.addresses = Addresses::Written;
    info.parse = parseFileItem;
    info.formats = {maildirFormat(),  telegramFormat(), chatwootFormat(), zammadFormat(),
                    whatsappFormat(), mboxFormat(),     csvFormat(),      emlFormat()};
    info.check = checkFile;
    info.create = [](AccountConfig) -> std::unique_ptr<ChatConnector> { return std::make_unique<FileConnector>(); };
    return info;
}

} // namespace patchbay
