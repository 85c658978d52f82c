#include "app/ctl/ctl.h"

#include "core/store/account_table.h"

#include <QtCore/QJsonArray>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

Async<Result<CtlOutput>> runOperatorsList(CtlRun *run)
{
    auto reading = run->app->store().read([](Database &db) { return db.finish(operators::all(db)); });
    const Result<std::vector<Operator>> all = co_await finished(std::move(reading));
    if (!all)
        co_return all.error();
    CtlOutput output;
    QJsonArray list;
    for (const Operator &one : *all) {
        if (one.isSystem)
            continue;
        list.append(QJsonObject{{u"uid"_s, one.uid}, {u"name"_s, one.name}, {u"mail"_s, one.mail}});
        output.text += forTerminal(u"%1  %2"_s.arg(one.name, one.mail.isEmpty() ? u"-"_s : one.mail)) + u'\n';
    }
    output.json.insert(u"operators"_s, list);
    co_return output;
}

Async<Result<CtlOutput>> runOperatorsMail(CtlRun *run)
{
    auto reading = run->app->store().read([](Database &db) { return db.finish(operators::all(db)); });
    const Result<std::vector<Operator>> all = co_await finished(std::move(reading));
    if (!all)
        co_return all.error();
    const QString name = run->arguments.at(0);
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&name](const Operator &one) { return !one.isSystem && one.name == name; });
    if (found == all->end())
        co_return makeError(Error::Kind::NotFound, u"There is no operator “%1”."_s.arg(name.left(80)));
    const QString mail = run->arguments.value(1);
    QFuture<Result<Done>> setting = run->app->commands()->setOperatorMail(found->id, mail);
    const Result<Done> set = co_await finished(setting);
    if (!set)
        co_return set.error();
    const QString said =
        mail.isEmpty() ? u"%1 has no mail address any more.\n"_s.arg(name) : u"%1 is known by %2.\n"_s.arg(name, mail);
    co_return CtlOutput{QJsonObject{{u"name"_s, name}, {u"mail"_s, mail.trimmed().toLower()}}, forTerminal(said), 0};
}

} // namespace

QList<CtlCommand> operatorCommands()
{
    return {{{u"operators"_s, u"list"_s},
             {},
             u"Who works in the workspace, and the mail address by which platforms with agents know them."_s,
             {u"patchbayctl operators list"_s},
             CtlAccess::Read,
             0,
             0,
             {},
             nullptr,
             runOperatorsList},
            {{u"operators"_s, u"mail"_s},
             u"NAME [ADDRESS]"_s,
             u"Set that mail address; without one it is removed."_s,
             {u"patchbayctl operators mail ana ana@example.org"_s},
             CtlAccess::Write,
             1,
             2,
             {},
             nullptr,
             runOperatorsMail}};
}

} // namespace patchbay
