#pragma once

#include "core/ports/catalog.h"

namespace patchbay {

/// The settings of a target whose form was left as it is proposed.
inline QJsonObject proposedSettings(const CrmConnectorInfo &info)
{
    QJsonObject settings;
    for (const FormField &field : info.form) {
        if (!field.initial.isEmpty())
            settings.insert(field.key, field.initial);
    }
    return settings;
}

/// How a repeat is kept from doubling at a target with these settings.
inline Idempotency repeatsOf(const CrmConnectorInfo &info, const QJsonObject &settings)
{
    return info.idempotency ? info.idempotency(settings) : Idempotency::Native; // local tasks find their key
}

/// The class of a repeat, as docs/targets.md explains the letters.
inline QLatin1Char repeatLetter(Idempotency repeats)
{
    switch (repeats) {
    case Idempotency::Native: return QLatin1Char('A');
    case Idempotency::Upsert: return QLatin1Char('B');
    case Idempotency::Lookup: return QLatin1Char('C');
    case Idempotency::None: break;
    }
    return QLatin1Char('D');
}

} // namespace patchbay
