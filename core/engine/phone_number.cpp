#include "core/engine/phone_number.h"

#include <phonenumbers/phonenumbermatch.h>
#include <phonenumbers/phonenumbermatcher.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

namespace patchbay {

namespace {

namespace phones = i18n::phonenumbers;

constexpr qsizetype phoneTextLimit = 4000;
constexpr qsizetype phoneLimit = 60; ///< characters; the longest ways to write one have about thirty
constexpr size_t phonesLimit = 10;
constexpr const char *phoneNoRegion = "ZZ"; ///< the library's word for: only with a plus sign

/// The library's tables: read only, made once, for any thread.
const phones::PhoneNumberUtil &phoneTables() { return *phones::PhoneNumberUtil::GetInstance(); }

QString phoneFormat(const phones::PhoneNumber &number, phones::PhoneNumberUtil::PhoneNumberFormat format)
{
    std::string text;
    phoneTables().Format(number, format, &text);
    return QString::fromStdString(text);
}

/// Behind an extension are many people.
QString phoneE164(const phones::PhoneNumber &number)
{
    if (number.has_extension() || !phoneTables().IsValidNumber(number))
        return {};
    return phoneFormat(number, phones::PhoneNumberUtil::E164);
}

} // namespace

QString e164(const QString &written)
{
    phones::PhoneNumber number;
    if (written.size() > phoneLimit
        || phoneTables().Parse(written.toStdString(), phoneNoRegion, &number)
            != phones::PhoneNumberUtil::NO_PARSING_ERROR)
        return {};
    return phoneE164(number);
}

std::vector<PhoneNumber> phoneNumbersIn(const QString &text)
{
    std::vector<PhoneNumber> found;
    if (!text.contains(QLatin1Char('+')) && !text.contains(QChar(0xff0b)))
        return found;
    phones::PhoneNumberMatcher matcher(phoneTables(), text.left(phoneTextLimit).toStdString(), phoneNoRegion,
                                       phones::PhoneNumberMatcher::VALID, int(phoneTextLimit));
    phones::PhoneNumberMatch match;
    while (found.size() < phonesLimit && matcher.HasNext() && matcher.Next(&match)) {
        const PhoneNumber number{phoneE164(match.number()),
                                 QString::fromStdString(match.raw_string()).left(phoneLimit)};
        const bool known =
            std::any_of(found.begin(), found.end(), [&](const PhoneNumber &one) { return one.e164 == number.e164; });
        if (!number.e164.isEmpty() && !known)
            found.push_back(number);
    }
    return found;
}

QString internationalPhone(const QString &e164)
{
    phones::PhoneNumber number;
    if (e164.size() > phoneLimit
        || phoneTables().Parse(e164.toStdString(), phoneNoRegion, &number) != phones::PhoneNumberUtil::NO_PARSING_ERROR)
        return e164;
    return phoneFormat(number, phones::PhoneNumberUtil::INTERNATIONAL);
}

} // namespace patchbay
