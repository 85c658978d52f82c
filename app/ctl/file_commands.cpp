#include "app/ctl/ctl.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

CtlOutput loadedOutput(const LoadedFiles &done)
{
    CtlOutput output;
    QJsonArray failed;
    for (const QString &name : done.loaded)
        output.text += u"Loaded %1\n"_s.arg(forTerminal(name));
    for (const auto &[name, why] : done.failed) {
        failed.append(QJsonObject{{u"name"_s, name}, {u"error"_s, why}});
        output.text += u"%1 could not be loaded: %2\n"_s.arg(forTerminal(name), forTerminal(why));
    }
    if (output.text.isEmpty())
        output.text = u"There is no file to load.\n"_s;
    output.json = {{u"loaded"_s, QJsonArray::fromStringList(done.loaded)}, {u"failed"_s, failed}};
    output.status = done.failed.isEmpty() ? 0 : 1;
    return output;
}

Async<Result<CtlOutput>> runFilesLoad(CtlRun *run)
{
    const Result<Conversation> conversation = co_await namedConversation(run);
    if (!conversation)
        co_return conversation.error();
    const Result<Done> ready = co_await run->app->loadAccounts();
    if (!ready)
        co_return ready.error();
    const QString name = run->arguments.value(1);
    QFuture<Result<LoadedFiles>> loading = run->app->channels()->loadFiles(conversation->id, name);
    const Result<LoadedFiles> done = co_await finished(loading);
    if (!done)
        co_return done.error();
    if (!name.isEmpty() && done->loaded.isEmpty() && done->failed.isEmpty())
        co_return makeError(Error::Kind::NotFound,
                            u"No file \"%1\" of this conversation is still at the platform."_s.arg(name));
    co_return loadedOutput(*done);
}

} // namespace

QList<CtlCommand> fileCommands()
{
    return {{{u"files"_s, u"load"_s},
             u"CONVERSATION [NAME]"_s,
             u"Load files that the platform still keeps: all of the conversation, or those of this name."_s,
             {u"patchbayctl --secrets /etc/patchbay/secrets files load 0192f3"_s},
             CtlAccess::Write,
             1,
             2,
             {},
             nullptr,
             runFilesLoad}};
}

} // namespace patchbay
