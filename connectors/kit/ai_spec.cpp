#include "connectors/kit/ai_spec.h"

#include "connectors/kit/ai_session.h"
#include "connectors/kit/crm_spec.h"
#include "connectors/kit/form_check.h"
#include "connectors/kit/settings.h"
#include "core/model/money.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

using Kind = FormField::Kind;

FormField aiField(const char *key, const QString &label, Kind kind, bool required, const QString &initial,
                  const QString &help = {})
{
    FormField field;
    field.key = QLatin1String(key);
    field.label = label;
    field.kind = kind;
    field.required = required;
    field.initial = initial;
    field.help = help;
    return field;
}

FormField aiSchemaField(bool takesSchema)
{
    FormField field =
        aiField("structured", QStringLiteral(QT_TRANSLATE_NOOP("form", "Form of the answer")), Kind::Choice, false,
                takesSchema ? u"schema"_s : u"instructions"_s,
                QStringLiteral(QT_TRANSLATE_NOOP(
                    "form", "How the model is told the form. The answer is checked against it here in any case.")));
    field.choices = takesSchema ? QStringList{u"schema"_s, u"instructions"_s} : QStringList{u"instructions"_s};
    field.choiceLabels = takesSchema
        ? QStringList{QStringLiteral(QT_TRANSLATE_NOOP("form", "JSON schema, enforced over there")),
                      QStringLiteral(QT_TRANSLATE_NOOP("form", "In words, for models without it"))}
        : QStringList{QStringLiteral(QT_TRANSLATE_NOOP("form", "In words, for models without it"))};
    return field;
}

FormField aiBatchField()
{
    FormField field =
        aiField("batch_percent", QStringLiteral(QT_TRANSLATE_NOOP("form", "Price of a batch (percent)")), Kind::Number,
                false, u"50"_s,
                QStringLiteral(QT_TRANSLATE_NOOP(
                    "form", "Of the prices above, for questions that may take a day; see your contract")));
    field.minimum = 1;
    field.maximum = 100;
    return field;
}

Result<Done> aiCheckPrice(const FormField &field, const QJsonObject &settings)
{
    if (!field.key.startsWith("price_"_L1) || moneyFrom(settingText(settings, field.key)))
        return Done{};
    return makeError(Error::Kind::Refused,
                     u"%1 (%2): a price such as 0.15 or 3 is needed, not \"%3\"."_s.arg(
                         field.label, field.key, settingText(settings, field.key).left(40)));
}

} // namespace

std::vector<FormField> aiForm(const AiSpec &spec)
{
    std::vector<FormField> form{
        aiField("url", QStringLiteral(QT_TRANSLATE_NOOP("form", "Address")), Kind::Text, true, spec.url,
                QStringLiteral(QT_TRANSLATE_NOOP("form", "Where the API is, as its documentation says")))};
    if (spec.needsModel)
        form.push_back(aiField("model", QStringLiteral(QT_TRANSLATE_NOOP("form", "Model")), Kind::Text, true, {},
                               QStringLiteral(QT_TRANSLATE_NOOP("form", "The identifier that the API takes"))));
    form.insert(form.end(), spec.form.begin(), spec.form.end());
    const QString priceHelp = QStringLiteral(
        QT_TRANSLATE_NOOP("form", "In the currency of the budget, as in your contract; 0 for a server of your own"));
    form.push_back(aiField("price_input", QStringLiteral(QT_TRANSLATE_NOOP("form", "Price of a million tokens asked")),
                           Kind::Text, true, spec.freePrice, priceHelp));
    form.push_back(aiField("price_output",
                           QStringLiteral(QT_TRANSLATE_NOOP("form", "Price of a million tokens answered")), Kind::Text,
                           true, spec.freePrice, priceHelp));
    if (spec.batch.most > 0)
        form.push_back(aiBatchField());
    form.push_back(aiSchemaField(spec.takesSchema));
    FormField most = aiField("max_output_tokens", QStringLiteral(QT_TRANSLATE_NOOP("form", "Longest answer (tokens)")),
                             Kind::Number, false, u"1500"_s,
                             QStringLiteral(QT_TRANSLATE_NOOP("form", "With its reasoning, where the model reasons")));
    most.minimum = 16;
    most.maximum = 64000;
    FormField deadline = aiField("deadline_ms", QStringLiteral(QT_TRANSLATE_NOOP("form", "Time limit of a call (ms)")),
                                 Kind::Number, false, QString::number(spec.deadline.count()));
    deadline.minimum = 100;
    deadline.maximum = 300000;
    FormField http =
        aiField("allow_http", QStringLiteral(QT_TRANSLATE_NOOP("form", "Allow unencrypted http")), Kind::Switch, false,
                u"false"_s,
                QStringLiteral(QT_TRANSLATE_NOOP(
                    "form", "Only for a server in a network you trust: messages and key travel readable.")));
    form.insert(form.end(), {most, deadline, http});
    return form;
}

Result<Done> checkAiForm(const AiSpec &spec, const AccountConfig &account)
{
    const std::vector<FormField> form = aiForm(spec);
    if (const Result<Done> checked = checkForm(form, account); !checked)
        return checked;
    for (const FormField &field : form) {
        if (const Result<Done> checked = aiCheckPrice(field, account.settings); !checked)
            return checked;
    }
    return Done{};
}

ModelConnectorInfo aiInfoOf(AiSpec spec, const ConnectorServices &services,
                            Result<Done> (*check)(const AccountConfig &))
{
    ModelConnectorInfo info;
    info.id = spec.id;
    info.title = spec.title;
    info.setupHelp = setupHelpOf(spec.id);
    info.form = aiForm(spec);
    info.check = check;
    info.largestBatch = spec.batch.most;
    info.create = [spec = std::move(spec), services](AccountConfig account) -> std::unique_ptr<LanguageModel> {
        return std::make_unique<AiSession>(spec, services, std::move(account));
    };
    return info;
}

} // namespace patchbay
