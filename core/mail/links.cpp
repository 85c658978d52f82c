#include "core/mail/links.h"

#include "core/mail/characters.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxHref = 4096;
constexpr qsizetype maxJudgedText = 2048; ///< of a link's text that is searched for hosts

QString withoutControls(const QString &text)
{
    QString clean;
    for (const QChar c : text) {
        if (!isBidiControl(c) && !isInvisible(c) && c.category() != QChar::Other_Control)
            clean += c;
    }
    return clean;
}

QString safeMailto(const QUrl &url)
{
    const QString address = url.path(QUrl::FullyDecoded).trimmed();
    if (address.isEmpty() || address.size() > 320 || address.contains(u'\n') || address.contains(u'\r'))
        return {};
    QUrl safe;
    safe.setScheme(u"mailto"_s);
    safe.setPath(address, QUrl::DecodedMode);
    const QString subject = QUrlQuery(url).queryItemValue(u"subject"_s, QUrl::FullyDecoded);
    if (!subject.isEmpty()) {
        QUrlQuery query;
        query.addQueryItem(u"subject"_s,
                           QString::fromLatin1(QUrl::toPercentEncoding(withoutControls(subject).left(500))));
        safe.setQuery(query);
    }
    return QString::fromLatin1(safe.toEncoded());
}

/// A label whose letters come from several scripts, or a foreign one under a Latin top level: "pаypal.com".
bool isMixedHost(const QString &unicodeHost)
{
    const QString top = unicodeHost.section(u'.', -1);
    const bool latinTop = std::all_of(top.begin(), top.end(), [](QChar c) { return c.unicode() < 128; });
    for (const QString &label : unicodeHost.split(u'.')) {
        QSet<int> scripts;
        for (const QChar c : label) {
            const QChar::Script script = c.script();
            if (c.isLetter() && script != QChar::Script_Common && script != QChar::Script_Inherited)
                scripts.insert(script);
        }
        // Chinese, Japanese and Korean write with several scripts at once.
        const QSet<int> eastAsian{QChar::Script_Han, QChar::Script_Hiragana, QChar::Script_Katakana,
                                  QChar::Script_Hangul, QChar::Script_Bopomofo};
        const bool cjk = !scripts.isEmpty() && eastAsian.contains(scripts);
        if (scripts.size() > 1 && !cjk)
            return true;
        if (!cjk && scripts.size() == 1 && !scripts.contains(QChar::Script_Latin) && latinTop)
            return true;
        // Latin letters with marks, under any top level: "pаypäl" is for the reader to judge by its punycode.
        if (scripts.contains(QChar::Script_Latin)
            && std::any_of(label.begin(), label.end(), [](QChar c) { return c.unicode() >= 0x0250; }))
            return true;
    }
    return false;
}

QString withoutWww(const QString &host) { return host.startsWith(u"www.") ? host.mid(4) : host; }

/// A reader who expects `shown` is not misled by `real`: the same host, or one below it.
bool isSameSite(const QString &shown, const QString &real)
{
    const QString a = withoutWww(shown);
    const QString b = withoutWww(real);
    return a == b || b.endsWith(u'.' + a);
}

/// The host that a word seems to name, in ASCII and lower case: of an address what stands between scheme and path.
QString hostIn(const QString &word)
{
    static const QRegularExpression host(u"^(?:[\\p{L}\\p{N}][\\p{L}\\p{N}_-]{0,62}\\.)+\\p{L}[\\p{L}\\p{N}-]{1,62}\\z"_s,
                                         QRegularExpression::UseUnicodePropertiesOption);
    const qsizetype scheme = word.indexOf(u"://"_s);
    QString name = scheme < 0 ? word : word.mid(scheme + 3);
    qsizetype end = 0;
    while (end < name.size() && !u"/?#:\\"_s.contains(name.at(end)))
        ++end;
    name = name.left(end);
    name = name.mid(name.lastIndexOf(u'@') + 1);
    while (!name.isEmpty() && !name.front().isLetterOrNumber())
        name.remove(0, 1);
    while (!name.isEmpty() && !name.back().isLetterOrNumber())
        name.chop(1);
    if (!host.match(name).hasMatch())
        return {};
    const QString ascii = QString::fromLatin1(QUrl::toAce(name)).toLower();
    return ascii.isEmpty() ? name.toLower() : ascii;
}

/// Hosts that the text seems to name.
QStringList hostsIn(const QString &text)
{
    QStringList hosts;
    for (const QString &word : text.simplified().split(u' ')) {
        const QString host = hosts.size() < 8 && word.contains(u'.') ? hostIn(word) : QString();
        if (!host.isEmpty())
            hosts << host;
    }
    return hosts;
}

bool endsUrl(QChar c)
{
    static const QString stops = u"<>\"'`{}|\\^\u00ab\u00bb\u2018\u2019\u201c\u201d\u2026\u3000\u3001\u3002\u300a\u300b"
                                 u"\u300c\u300d\u300e\u300f\u3010\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f"_s;
    return c.isSpace() || c.category() == QChar::Other_Control || stops.contains(c) || isBidiControl(c)
        || isInvisible(c);
}

/// Where the address that begins at `from` ends; its text goes on in scripts without blanks, so Han letters end it too,
/// unless the host itself is written in them.
qsizetype urlEnd(const QString &text, qsizetype from, qsizetype afterScheme)
{
    const bool hanHost = afterScheme < text.size() && isHan(text.at(afterScheme));
    qsizetype end = afterScheme;
    while (end < text.size() && end - from < maxHref && !endsUrl(text.at(end)) && (hanHost || !isHan(text.at(end))))
        ++end;
    static const QString trailing = u".,;:!?*_~"_s;
    const QStringView url = QStringView(text).mid(from, end - from);
    qsizetype round = url.count(u')') - url.count(u'(');
    qsizetype square = url.count(u']') - url.count(u'[');
    while (end > afterScheme) {
        const QChar last = text.at(end - 1);
        const bool closes = (last == u')' && round-- > 0) || (last == u']' && square-- > 0);
        if (!closes && !trailing.contains(last))
            break;
        --end;
    }
    return end;
}

} // namespace

QString safeHref(const QString &raw)
{
    const QString clean = withoutControls(raw.left(maxHref + 1)).trimmed();
    if (clean.isEmpty() || clean.size() > maxHref)
        return {};
    QUrl url(clean, QUrl::TolerantMode);
    if (!url.isValid())
        return {};
    const QString scheme = url.scheme().toLower();
    if (scheme == u"mailto")
        return safeMailto(url);
    if ((scheme != u"http" && scheme != u"https") || url.host().isEmpty())
        return {};
    url.setUserInfo(QString());
    const QByteArray encoded = url.toEncoded();
    return encoded.size() > maxHref ? QString() : QString::fromLatin1(encoded);
}

QString honestSuffix(const QString &text, const QString &href, const QString &raw)
{
    const QUrl url(href);
    const QString shown = withoutControls(text.left(maxJudgedText)).normalized(QString::NormalizationForm_KC).toLower();
    if (url.scheme() == u"mailto") {
        const QString address = url.path(QUrl::FullyDecoded);
        const bool namesAddress = shown.contains(u'@');
        return namesAddress && !shown.contains(address.toLower()) ? address : QString();
    }
    const QString real = url.host(QUrl::FullyEncoded).toLower();
    const bool userInfo = !QUrl(withoutControls(raw.left(maxHref))).userInfo().isEmpty();
    if (userInfo || isMixedHost(QUrl::fromAce(real.toLatin1(), QUrl::IgnoreIDNWhitelist)))
        return real;
    for (const QString &host : hostsIn(shown)) {
        if (!isSameSite(host, real))
            return real;
    }
    return {};
}

std::vector<BodyRun> linkified(const QString &text)
{
    static const QRegularExpression pattern(u"(?<![A-Za-z0-9])(?:https?://|mailto:)(?=\\S)"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    std::vector<BodyRun> runs;
    qsizetype done = 0;
    auto matches = pattern.globalMatch(text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        const qsizetype start = match.capturedStart();
        if (start < done)
            continue;
        const qsizetype end = urlEnd(text, start, match.capturedEnd());
        const QString shown = text.mid(start, end - start);
        const QString href = safeHref(shown);
        if (end <= match.capturedEnd() || href.isEmpty())
            continue;
        if (start > done)
            runs.push_back({text.mid(done, start - done)});
        runs.push_back({shown, false, false, href});
        if (const QString host = honestSuffix(shown, href, shown); !host.isEmpty())
            runs.push_back({u" [%1]"_s.arg(host)});
        done = end;
    }
    if (done < text.size())
        runs.push_back({text.mid(done)});
    return runs;
}

} // namespace patchbay::mail
