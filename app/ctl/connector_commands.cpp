#include "app/ctl/ctl.h"
#include "core/ports/repeats.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString contractOf(const ContractNote &contract)
{
    if (contract.source.isEmpty())
        return u"unverified"_s;
    return (contract.verified ? u"verified: "_s : u"unverified: "_s) + contract.source
        + (contract.date.isEmpty() ? QString() : u", "_s + contract.date);
}

/// The largest file that goes along with a task.
QString filesOf(const CrmConnectorInfo &info)
{
    if (info.id == u"local"_s)
        return u"named"_s;
    return info.largestFile > 0 ? u"%1 MB"_s.arg(info.largestFile / 1'000'000) : u"-"_s;
}

Async<Result<CtlOutput>> runConnectors(CtlRun *run)
{
    CtlOutput output;
    QJsonArray list;
    for (const CrmConnectorInfo &info : run->app->catalog().crms) {
        const QStringList objects(info.objects.begin(), info.objects.end());
        // With the form as it is proposed; what a person sets may make it better, never worse than what is shown then.
        const QString repeats(repeatLetter(repeatsOf(info, proposedSettings(info))));
        list.append(QJsonObject{{u"id"_s, info.id},
                                {u"title"_s, info.title},
                                {u"objects"_s, QJsonArray::fromStringList(objects)},
                                {u"class"_s, repeats},
                                {u"files"_s, filesOf(info)},
                                {u"browser_sign_in"_s, bool(info.signIn)},
                                {u"verified"_s, info.contract.verified},
                                {u"contract"_s, info.contract.source},
                                {u"contract_date"_s, info.contract.date}});
        output.text += u"%1  %2  [%3]  %4  files: %5  %6\n"_s.arg(
            info.id, info.title, repeats, objects.isEmpty() ? u"-"_s : objects.join(u" / "_s), filesOf(info),
            info.id == u"local"_s ? u"built in"_s : contractOf(info.contract));
    }
    output.json.insert(u"connectors"_s, list);
    co_return output;
}

} // namespace

QList<CtlCommand> connectorCommands()
{
    return {
        {{u"targets"_s, u"connectors"_s},
         {},
         u"What a target can be: its objects, the class of its repeats (A to D), the largest file that goes along, what it was held against."_s,
         {},
         CtlAccess::Read,
         0,
         0,
         {},
         nullptr,
         runConnectors}};
}

} // namespace patchbay
