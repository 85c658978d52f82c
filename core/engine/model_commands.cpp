#include "core/engine/model_commands.h"

#include "core/engine/commands_detail.h"
#include "core/engine/redaction.h"
#include "core/mail/html_body.h"
#include "core/store/misc_tables.h"
#include "core/store/model_table.h"

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype modelNameLimit = 80;

/// What the connector's check says, before anything is stored; secrets never get this far.
Result<AccountConfig> checkedModel(const Catalog &catalog, const QString &connector, const QString &name,
                                   const QJsonObject &settings)
{
    const ModelConnectorInfo *info = catalog.model(connector);
    if (!info)
        return makeError(Error::Kind::NotFound, u"This build has no connector “%1”."_s.arg(cleanLine(connector, 80)));
    AccountConfig account;
    account.name = cleanLine(name, modelNameLimit + 1).trimmed();
    account.settings = settings;
    if (account.name.isEmpty() || account.name.size() > modelNameLimit)
        return makeError(Error::Kind::Refused, u"Give the model a name of at most 80 characters."_s);
    if (info->check) {
        const Result<Done> checked = info->check(account);
        if (!checked)
            return checked.error();
    }
    return account;
}

Result<Done> checkedPolicy(Database &db, const ModelPolicy &policy)
{
    const QString currency = policy.currency.trimmed();
    const bool worded = currency.size() >= 1 && currency.size() <= 8
        && std::all_of(currency.begin(), currency.end(), [](QChar c) { return c.isLetter() || c.isSymbol(); });
    if (!worded)
        return makeError(Error::Kind::Refused, u"A currency is written like EUR or USD."_s);
    if (policy.budget.micros < 0)
        return makeError(Error::Kind::Refused, u"A budget is 0 or more."_s);
    const std::vector<ModelAccount> all = model_accounts::all(db);
    const bool known = policy.account.isEmpty()
        || std::any_of(all.begin(), all.end(), [&](const ModelAccount &model) { return model.uid == policy.account; });
    if (!known)
        return makeError(Error::Kind::NotFound, u"The chosen model is not in the workspace any more."_s);
    return db.finish(Done{});
}

} // namespace

ModelCommands::ModelCommands(Store &store, const Catalog &catalog, Snapshots &snapshots, Operator me)
    : m_store(store)
    , m_catalog(catalog)
    , m_snapshots(snapshots)
    , m_me(std::move(me))
{
}

QFuture<Result<ModelAccount>> ModelCommands::add(QString connector, QString name, QJsonObject settings)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), catalog = &m_catalog, connector, name,
                          settings](Database &db) -> Result<ModelAccount> {
        const Result<AccountConfig> account = checkedModel(*catalog, connector, name, settings);
        if (!account)
            return account.error();
        ModelAccount model;
        model.uid = newUid(db.clock());
        model.connector = connector;
        model.name = account->name;
        model.settings = settings;
        model.addedAt = db.now();
        model.id = model_accounts::insert(db, model);
        audit::add(db, actor.id, "add_model", "model", model.uid, {{u"name"_s, model.name}});
        return db.finish(std::move(model));
    });
}

QFuture<Result<Done>> ModelCommands::change(ModelId model, QString name, QJsonObject settings)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), catalog = &m_catalog, model, name,
                          settings](Database &db) -> Result<Done> {
        const auto known = model_accounts::byId(db, model);
        if (db.error())
            return *db.error();
        if (!known)
            return makeError(Error::Kind::NotFound, u"This model is not in the workspace any more."_s);
        const Result<AccountConfig> account = checkedModel(*catalog, known->connector, name, settings);
        if (!account)
            return account.error();
        model_accounts::change(db, model, account->name, settings);
        audit::add(db, actor.id, "change_model", "model", known->uid, {{u"name"_s, account->name}});
        return db.finish(Done{});
    });
}

QFuture<Result<Done>> ModelCommands::setPolicy(ModelPolicy policy)
{
    return m_store.write([actor = commands::actorOf(m_me, m_store), policy](Database &db) -> Result<Done> {
        if (const Result<Done> checked = checkedPolicy(db, policy); !checked)
            return checked;
        setModelPolicy(db, policy);
        audit::add(db, actor.id, "set_model_policy", "workspace", actor.workspaceUid,
                   {{u"allowed"_s, policy.allowed},
                    {u"automatic"_s, policy.automatic},
                    {u"budget"_s, moneyText(policy.budget)},
                    {u"currency"_s, policy.currency}});
        return db.finish(Done{});
    });
}

QFuture<Result<Question>> ModelCommands::ask(ConversationId conversation, Purpose purpose, QString language,
                                             ModelId model, bool anew)
{
    AskRequest request;
    request.conversation = conversation;
    request.purpose = purpose;
    request.language = std::move(language);
    request.model = model;
    request.anew = anew;
    request.by = m_me.id;
    return m_store.write([actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(),
                          request](Database &db) -> Result<Question> {
        const Result<Conversation> about = commands::conversationById(db, request.conversation);
        if (!about)
            return about.error();
        const Result<Question> asked = askModel(db, snapshot->taxonomy, request);
        if (asked)
            commands::auditConversation(db, actor, "ask_model", *about,
                                        {{u"purpose"_s, nameOf(request.purpose)}, {u"question"_s, asked->uid}});
        return asked;
    });
}

QFuture<Result<BatchAsked>> ModelCommands::planBatches(BatchRequest request)
{
    request.catalog = &m_catalog;
    return m_store.read([snapshot = m_snapshots.current(), request](Database &db) {
        return batchPlan(db, snapshot->taxonomy, request);
    });
}

QFuture<Result<BatchAsked>> ModelCommands::askInBatches(BatchRequest request)
{
    request.catalog = &m_catalog;
    request.by = m_me.id;
    return m_store.write([actor = commands::actorOf(m_me, m_store), snapshot = m_snapshots.current(),
                          request](Database &db) -> Result<BatchAsked> {
        Result<BatchAsked> asked = patchbay::askInBatches(db, *snapshot, request, actor.workspaceUid);
        if (asked)
            audit::add(db, actor.id, "ask_model_in_batches", "workspace", actor.workspaceUid,
                       {{u"model"_s, asked->modelName}, {u"asked"_s, asked->asked}, {u"known"_s, asked->known}});
        return asked;
    });
}

QFuture<Result<std::vector<model_batches::Shown>>> ModelCommands::batches(int limit)
{
    return m_store.read([limit](Database &db) { return db.finish(model_batches::list(db, limit)); });
}

QString ModelCommands::draftText(const Question &question)
{
    return withOriginals(answerText(question), question.originals);
}

QFuture<Result<ModelMeter>> ModelCommands::meter(Timestamp month)
{
    return m_store.read([month](Database &db) -> Result<ModelMeter> {
        ModelMeter meter;
        meter.month = model_calls::monthOf(month ? month : db.now());
        const Timestamp next = model_calls::monthOf(meter.month + std::chrono::hours(24 * 32));
        meter.usage = model_calls::usage(db, meter.month, next);
        for (const model_calls::Usage &row : meter.usage)
            meter.committed += row.spent;
        meter.policy = modelPolicy(db);
        return db.finish(std::move(meter));
    });
}

QFuture<Result<std::vector<model_calls::Entry>>> ModelCommands::ledger(ModelCallId before, int limit)
{
    return m_store.read([before, limit](Database &db) { return db.finish(model_calls::ledger(db, before, limit)); });
}

QString answerText(const Question &question)
{
    const char *key = question.purpose == Purpose::Classify ? "category"
        : question.purpose == Purpose::Reply                ? "reply"
        : question.purpose == Purpose::Summary              ? "summary"
                                                            : "translation";
    return question.answer.value(QLatin1String(key)).toString();
}

} // namespace patchbay
