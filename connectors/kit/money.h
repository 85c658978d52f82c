#pragma once

#include <QtCore/QString>

namespace patchbay {

/// "12.34 EUR": an amount in the currency's smallest unit (ISO 4217: two digits, none for JPY and others, three for KWD
/// and others) and its code in any case. Pure.
QString moneyText(qint64 amount, const QString &currency);

} // namespace patchbay
