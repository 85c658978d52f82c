#pragma once

#include "core/ports/form_field.h"

#include <vector>

namespace patchbay {

/// Fields of a connector's form. `label` and `help` are marked for translation where they stand:
/// QT_TRANSLATE_NOOP("form", "API key").
FormField textField(const char *key, const char *label, bool required, const char *help = "");
FormField secretField(const char *key, const char *label, bool required, const char *help = "");
FormField numberField(const char *key, const char *label, bool required, const char *help = "");
/// A number within bounds that need not be there.
FormField boundedField(const char *key, const char *label, qint64 initial, qint64 minimum, qint64 maximum,
                       const char *help = "");
FormField switchField(const char *key, const char *label, bool initial, const char *help = "");
/// A text that is proposed and need not be there.
FormField proposedField(const char *key, const char *label, const char *proposed, const char *help = "");
/// The first choice is proposed.
FormField choiceField(const char *key, const char *label, const QStringList &values, const QStringList &labels,
                      const char *help = "");

/// The field, which need not be there with this value of another: "sign_in=browser".
FormField neededUnless(FormField field, const char *other);
/// The field, which need be there only where the platform calls the gateway (setting `arrivesBy`).
FormField byGateway(FormField field);
/// A value with what a person reads for it.
struct FormChoice {
    const char *value = "";
    const char *label = "";
};
/// "object": what a task becomes there. The first is proposed.
FormField objectField(const std::vector<FormChoice> &objects);
/// "sign_in", where a vendor has several ways: "refresh_token" is the one with the browser.
FormField signInField(const std::vector<FormChoice> &ways);

/// `arrivesBy`, where a platform can be asked and can call us. Asking is proposed: it needs no public address.
FormField arrivesByField();

/// "url" of an API that lives at one address for everybody: proposed, and only to be changed for a proxy, a sandbox or
/// another region.
FormField apiAddressField(const char *proposed);
/// "token_url" of a sign-in that is elsewhere; `proposed` may be empty when it hangs on the other fields.
FormField tokenAddressField(const char *proposed = "");
/// "authorize_url": the page that the sign-in with the browser opens.
FormField authorizeAddressField(const char *proposed = "");
/// "content_url", or whatever its key is, of a further address of an API that lives at one address for everybody.
FormField furtherAddressField(const char *key, const char *label, const char *proposed);
/// "url" of a server that each team has at its own address.
FormField ownAddressField(const char *example);

} // namespace patchbay
