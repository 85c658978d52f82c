#include "connectors/kit/secret_path.h"

#include "connectors/kit/field_rules.h"
#include "connectors/kit/rest.h"
#include "core/base/log.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

bool hasForm(const AccountConfig &account, const SecretForm &form)
{
    const QRegularExpression whole(QRegularExpression::anchoredPattern(form.form));
    return whole.match(account.secrets.value(form.field)).hasMatch();
}

} // namespace

Result<Done> checkSecretForms(const std::vector<SecretForm> &forms, const std::vector<FormField> &form,
                              const AccountConfig &account)
{
    for (const SecretForm &one : forms) {
        if (!account.secrets.value(one.field).isEmpty() && !hasForm(account, one))
            return fieldFault(form, one.field, one.looks);
    }
    return Done{};
}

QUrl baseWithSecret(const QUrl &base, const AccountConfig &account, const std::vector<SecretForm> &forms,
                    const QString &field, const QString &before)
{
    const auto known =
        std::find_if(forms.begin(), forms.end(), [&field](const SecretForm &form) { return form.field == field; });
    if (known == forms.end() || !hasForm(account, *known))
        return {};
    const QString secret = account.secrets.value(field);
    registerSecret(secret);
    QUrl with = base.adjusted(QUrl::StripTrailingSlash);
    with.setPath(with.path() + before + secret);
    return with;
}

QUrl fileBeside(const QUrl &base, const QString &path)
{
    QString escaped;
    for (const QString &part : path.split(u'/', Qt::SkipEmptyParts))
        escaped += u'/' + pathPart(part);
    QUrl address = base;
    const QString last = address.path().section(u'/', -1);
    const QString above = address.path().chopped(last.size());
    address.setPath(above + u"file/"_s + last + escaped, QUrl::TolerantMode);
    return address;
}

} // namespace patchbay
