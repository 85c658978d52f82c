#include "connectors/kit/money.h"

#include <QtCore/QStringList>

namespace patchbay {

using namespace Qt::StringLiterals;

QString moneyText(qint64 amount, const QString &currency)
{
    static const QStringList whole{u"BIF"_s, u"CLP"_s, u"DJF"_s, u"GNF"_s, u"JPY"_s, u"KMF"_s, u"KRW"_s, u"MGA"_s,
                                   u"PYG"_s, u"RWF"_s, u"VND"_s, u"VUV"_s, u"XAF"_s, u"XOF"_s, u"XPF"_s};
    static const QStringList thousandths{u"BHD"_s, u"IQD"_s, u"JOD"_s, u"KWD"_s, u"LYD"_s, u"OMR"_s, u"TND"_s};
    const QString code = currency.left(10).toUpper();
    const int places = whole.contains(code) ? 0 : thousandths.contains(code) ? 3 : 2;
    // Digits, not a quotient: no amount is rounded.
    QString digits = QString::number(amount).remove(u'-').rightJustified(places + 1, u'0');
    if (places > 0)
        digits.insert(digits.size() - places, u'.');
    return u"%1%2 %3"_s.arg(amount < 0 ? u"-"_s : QString(), digits, code);
}

} // namespace patchbay
