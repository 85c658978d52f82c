#include "app/ctl/ctl.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

/// The class of a connector, as docs/targets.md explains the letters.
QString letterOf(Idempotency idempotency)
{
    switch (idempotency) {
    case Idempotency::Native: return u"A"_s;
    case Idempotency::Upsert: return u"B"_s;
    case Idempotency::Lookup: return u"C"_s;
    case Idempotency::None: return u"D"_s;
    }
    return u"D"_s;
}

/// With the form as it is proposed; what a person sets may make it better, never worse than what is shown then.
QString classOf(const CrmConnectorInfo &info)
{
    QJsonObject settings;
    for (const FormField &field : info.form) {
        if (!field.initial.isEmpty())
            settings.insert(field.key, field.initial);
    }
    return info.idempotency ? letterOf(info.idempotency(settings)) : u"A"_s; // local tasks find their key
}

QString contractOf(const ContractNote &contract)
{
    if (contract.source.isEmpty())
        return u"unverified"_s;
    return (contract.verified ? u"verified: "_s : u"unverified: "_s) + contract.source
        + (contract.date.isEmpty() ? QString() : u", "_s + contract.date);
}

Async<Result<CtlOutput>> runConnectors(CtlRun *run)
{
    CtlOutput output;
    QJsonArray list;
    for (const CrmConnectorInfo &info : run->app->catalog().crms) {
        const QStringList objects(info.objects.begin(), info.objects.end());
        list.append(QJsonObject{{u"id"_s, info.id},
                                {u"title"_s, info.title},
                                {u"objects"_s, QJsonArray::fromStringList(objects)},
                                {u"class"_s, classOf(info)},
                                {u"browser_sign_in"_s, bool(info.signIn)},
                                {u"verified"_s, info.contract.verified},
                                {u"contract"_s, info.contract.source},
                                {u"contract_date"_s, info.contract.date}});
        output.text += u"%1  %2  [%3]  %4  %5\n"_s.arg(info.id, info.title, classOf(info),
                                                      objects.isEmpty() ? u"-"_s : objects.join(u" / "_s),
                                                      info.id == u"local"_s ? u"built in"_s : contractOf(info.contract));
    }
    output.json.insert(u"connectors"_s, list);
    co_return output;
}

} // namespace

QList<CtlCommand> connectorCommands()
{
    return {{{u"targets"_s, u"connectors"_s}, {},
             u"What a target can be: its objects, the class of its repeats (A to D) and what it was held against."_s, {},
             CtlAccess::Read, 0, 0, {}, nullptr, runConnectors}};
}

} // namespace patchbay
