#include "connectors/kit/chat_spec.h"

#include "connectors/kit/account_base.h"
#include "connectors/kit/chat_session.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/form_fields.h"

namespace patchbay {

using namespace Qt::StringLiterals;

bool asksToo(const ChatSpec &spec) { return spec.poll.build || spec.socket.dialogue; }

bool isCalled(const ChatSpec &spec, const QJsonObject &settings)
{
    return spec.hook.read && (!asksToo(spec) || chooseGateway(settings));
}

static FormField typingField(const TypingSpec &typing)
{
    return switchField(
        "tell_typing", QT_TRANSLATE_NOOP("form", "Show the customer when somebody writes"), !typing.marksRead,
        typing.marksRead ? QT_TRANSLATE_NOOP("form", "Their newest message is marked as read by it, too") : "");
}

std::vector<FormField> chatForm(const ChatSpec &spec)
{
    std::vector<FormField> form = spec.form;
    if (spec.hook.read && asksToo(spec))
        form.push_back(arrivesByField());
    if (spec.typing.build)
        form.push_back(typingField(spec.typing));
    form.insert(form.end(), {allowHttpField(), deadlineField(spec.deadline)});
    return form;
}

QStringList chatQuietFields() { return {u"retry_ms"_s}; }

Result<Done> checkChatForm(const ChatSpec &spec, const AccountConfig &account)
{
    AccountConfig shown = account;
    for (const QString &field : chatQuietFields())
        shown.settings.remove(field);
    const std::vector<FormField> form = chatForm(spec);
    if (Result<Done> checked = checkForm(form, shown); !checked)
        return checked;
    if (Result<Done> secrets = checkSecretForms(spec.secretForms, form, shown); !secrets)
        return secrets;
    if (Result<Done> rules = checkRules(spec.rules, form, shown.settings); !rules || !spec.check)
        return rules;
    return spec.check(asProposed(spec.form, std::move(shown)));
}

const ChangeWay &changeWay(const ChatSpec &spec, ChatChange::What what)
{
    switch (what) {
    case ChatChange::What::Status: return spec.change.status;
    case ChatChange::What::Assignee: return spec.change.assignee;
    case ChatChange::What::Words: return spec.change.words;
    case ChatChange::What::Label: break;
    }
    return spec.change.label;
}

static QList<ChatChange::What> changesTakenBy(const ChatSpec &spec)
{
    QList<ChatChange::What> taken;
    for (const auto what :
         {ChatChange::What::Status, ChatChange::What::Assignee, ChatChange::What::Label, ChatChange::What::Words}) {
        if (changeWay(spec, what).write)
            taken << what;
    }
    return taken;
}

ChatConnectorInfo chatInfoOf(ChatSpec spec, const ConnectorServices &services,
                             Result<Done> (*check)(const AccountConfig &))
{
    ChatConnectorInfo info;
    info.id = spec.id;
    info.title = spec.title;
    info.setupHelp = setupHelpOf(spec.id);
    info.form = chatForm(spec);
    info.quietFields = chatQuietFields();
    info.parse = spec.parse;
    info.check = check;
    info.rotatesSecret = spec.tokens.rotates;
    info.canSend = spec.send.build != nullptr;
    info.isChat = true;
    info.takesHooks = spec.hook.read != nullptr;
    info.asksToo = asksToo(spec);
    info.pairs = spec.pairing.build != nullptr;
    info.abilities = spec.abilities;
    info.addresses = spec.addresses;
    info.abilitiesBy = spec.abilitiesBy;
    info.replyHandle = spec.replyWay.handle;
    info.takesChanges = changesTakenBy(spec);
    info.contract = spec.contract;
    info.create = [spec = std::move(spec), services](AccountConfig account) -> std::unique_ptr<ChatConnector> {
        return std::make_unique<ChatSession>(spec, services, std::move(account));
    };
    return info;
}

} // namespace patchbay
