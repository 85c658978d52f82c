#include "core/mail/header_text.h"

#include "core/base/ids.h"
#include "core/mail/charset.h"
#include "core/mail/encoded_words.h"
#include "core/mail/gmime_start.h"
#include "core/mail/header_fields.h"
#include "core/mail/html_body.h"
#include "core/mail/limits.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace patchbay::mail {

namespace {

struct FreeGlibText {
    void operator()(char *text) const { g_free(text); }
};
using GlibText = std::unique_ptr<char, FreeGlibText>;

struct FreeParserOptions {
    void operator()(GMimeParserOptions *options) const { g_mime_parser_options_free(options); }
};
using ParserOptions = std::unique_ptr<GMimeParserOptions, FreeParserOptions>;

struct Unref {
    void operator()(void *object) const { g_object_unref(object); }
};

/// A value on one line, and how gmime shall read it.
struct Prepared {
    QByteArray line = {};
    ParserOptions options = {};
};

Prepared prepared(const QByteArray &value, const QByteArray &hint)
{
    startGMime();
    Prepared result{withMergedWords(unfolded(value.left(maxFieldBytes))), ParserOptions(g_mime_parser_options_new())};
    const QByteArray guess = guessCharset(result.line, hint);
    const char *charsets[] = {"utf-8", guess.constData(), "windows-1252", nullptr};
    g_mime_parser_options_set_fallback_charsets(result.options.get(), charsets);
    g_mime_parser_options_set_allow_addresses_without_domain(result.options.get(), TRUE);
    return result;
}

QHash<QByteArray, QString> parametersOf(GMimeParamList *list)
{
    QHash<QByteArray, QString> parameters;
    const int count = list ? qMin(g_mime_param_list_length(list), 64) : 0;
    for (int i = 0; i < count; ++i) {
        GMimeParam *parameter = g_mime_param_list_get_parameter_at(list, i);
        const QByteArray name = QByteArray(g_mime_param_get_name(parameter)).toLower();
        if (!parameters.contains(name))
            parameters.insert(name, QString::fromUtf8(g_mime_param_get_value(parameter)));
    }
    return parameters;
}

/// gmime reads groups by recursion: a field of nothing but "a:a:a:" would use up the stack.
void limitGroups(QByteArray &line)
{
    if (line.count(':') <= 100)
        return;
    line.replace(':', ' ');
}

void collectMailboxes(InternetAddressList *list, std::vector<Address> &into, int depth)
{
    const int count = list ? internet_address_list_length(list) : 0;
    for (int i = 0; i < count && into.size() < size_t(maxAddresses); ++i) {
        InternetAddress *entry = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(entry)) {
            if (depth < 4)
                collectMailboxes(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(entry)), into, depth + 1);
            continue;
        }
        if (!INTERNET_ADDRESS_IS_MAILBOX(entry))
            continue;
        const char *address = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(entry));
        Address mailbox{cleanLine(QString::fromUtf8(internet_address_get_name(entry)), 200),
                        cleanLine(QString::fromUtf8(address), 320)};
        mailbox.address.remove(QLatin1Char(' '));
        if (!mailbox.address.isEmpty())
            into.push_back(std::move(mailbox));
    }
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '+'
            || c == '.' || c == '_';
    });
}

/// A type as nearly all mails have it, read without gmime: at most one parameter, a bare word or a bare word in quotes.
/// None: it is not so simple.
std::optional<MediaType> plainMediaType(const QByteArray &value)
{
    const QByteArrayView text = QByteArrayView(value).trimmed();
    const qsizetype end = text.indexOf(';');
    const QByteArrayView type = (end < 0 ? text : text.first(end)).trimmed();
    const qsizetype slash = type.indexOf('/');
    if (slash < 0 || !isToken(type.first(slash)) || !isToken(type.sliced(slash + 1)))
        return std::nullopt;
    MediaType found{type.toByteArray().toLower(), {}};
    if (end < 0)
        return found;
    const QByteArrayView parameter = text.sliced(end + 1).trimmed();
    const qsizetype equals = parameter.indexOf('=');
    if (equals < 0 || !isToken(parameter.first(equals)))
        return std::nullopt;
    QByteArrayView is = parameter.sliced(equals + 1);
    if (is.size() > 2 && is.startsWith('"') && is.endsWith('"'))
        is = is.sliced(1, is.size() - 2);
    if (!isToken(is))
        return std::nullopt;
    found.parameters.insert(parameter.first(equals).toByteArray().toLower(), QString::fromLatin1(is));
    return found;
}

QString cleanId(const QByteArray &id)
{
    QString text = cleanLine(QString::fromUtf8(id), maxFieldBytes);
    text.remove(QLatin1Char(' '));
    return indexKey(text);
}

} // namespace

QString headerText(const QByteArray &value, const QByteArray &hint)
{
    const Prepared in = prepared(value, hint);
    const GlibText text(g_mime_utils_header_decode_text(in.options.get(), in.line.constData()));
    return QString::fromUtf8(text.get());
}

std::vector<Address> headerAddresses(const QByteArray &value, const QByteArray &hint)
{
    Prepared in = prepared(value, hint);
    limitGroups(in.line);
    std::vector<Address> addresses;
    const std::unique_ptr<InternetAddressList, Unref> list(
        internet_address_list_parse(in.options.get(), in.line.constData()));
    collectMailboxes(list.get(), addresses, 0);
    return addresses;
}

MediaType headerMediaType(const QByteArray &value, const QByteArray &hint)
{
    if (std::optional<MediaType> plain = plainMediaType(value))
        return std::move(*plain);
    const Prepared in = prepared(value.left(8192), hint);
    if (in.line.isEmpty())
        return {};
    const std::unique_ptr<GMimeContentType, Unref> parsed(
        g_mime_content_type_parse(in.options.get(), in.line.constData()));
    if (!parsed)
        return {};
    const QByteArray type = QByteArray(g_mime_content_type_get_media_type(parsed.get())) + '/'
        + g_mime_content_type_get_media_subtype(parsed.get());
    return {type.toLower(), parametersOf(g_mime_content_type_get_parameters(parsed.get()))};
}

MediaType headerDisposition(const QByteArray &value, const QByteArray &hint)
{
    if (value.isEmpty())
        return {};
    const Prepared in = prepared(value.left(8192), hint);
    if (in.line.isEmpty())
        return {};
    const std::unique_ptr<GMimeContentDisposition, Unref> parsed(
        g_mime_content_disposition_parse(in.options.get(), in.line.constData()));
    if (!parsed)
        return {};
    return {QByteArray(g_mime_content_disposition_get_disposition(parsed.get())).toLower(),
            parametersOf(g_mime_content_disposition_get_parameters(parsed.get()))};
}

Timestamp headerDate(const QByteArray &value)
{
    startGMime();
    const QByteArray line = unfolded(value.left(512));
    GDateTime *parsed = g_mime_utils_header_decode_date(line.constData());
    if (!parsed)
        return {};
    const qint64 seconds = g_date_time_to_unix(parsed);
    g_date_time_unref(parsed);
    constexpr qint64 year2500 = 16'725'225'600;
    return seconds > 0 && seconds < year2500 ? Timestamp{seconds * 1'000'000} : Timestamp{};
}

QStringList headerIds(const QByteArray &value)
{
    const QByteArray line = unfolded(value.left(maxFieldBytes));
    QStringList ids;
    qsizetype open = line.indexOf('<');
    for (; open >= 0 && ids.size() < 1000; open = line.indexOf('<', open + 1)) {
        const qsizetype close = line.indexOf('>', open);
        if (close < 0)
            break;
        const qsizetype inner = line.lastIndexOf('<', close); // "<a <b@c>": the nearest pair
        if (const QString id = cleanId(line.mid(inner + 1, close - inner - 1)); !id.isEmpty())
            ids.append(id);
        open = close;
    }
    if (!ids.isEmpty())
        return ids;
    // Without brackets: the words that look like ids, "Your message of Monday" does not.
    for (const QByteArray &word : line.split(' ')) {
        if (word.contains('@') && ids.size() < 1000)
            ids.append(cleanId(word));
    }
    return ids;
}

} // namespace patchbay::mail
