#include "core/mail/quote_phrases.h"

#include <QtCore/QHash>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>

#include <array>

namespace patchbay::mail {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxPhrase = 400; ///< no introduction is longer; keeps hostile lines cheap

constexpr auto unicodeAnyCase =
    QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;

/// The verbs, as they stand before the colon.
const QString &wroteWords()
{
    static const QString words =
        u"(?:wrote|writes|schrieb|geschrieben|a écrit|écrit|escribió|escreveu|ha "
        u"scritto|scrisse|skrev|schreef|kirjoitti"
        u"|napisał(?:\\(?a\\)?)?|пишет|писал(?:\\(?а\\)?)?|написал(?:\\(?а\\)?|и)?|yazdı|写道|寫道|のメール|님이 작성)"_s;
    return words;
}

QString stripped(const QString &line)
{
    QString text = line;
    text.remove(u'*'); // Gmail's plain text of bold words
    qsizetype from = 0;
    while (from < text.size() && (text.at(from) == u'-' || text.at(from) == u' ' || text.at(from) == u'_'))
        ++from;
    return text.mid(from).trimmed();
}

/// Cheap test before the patterns.
bool mayBeSeparator(const QString &line)
{
    static const QString marks = u"-_*> "_s;
    return !line.isEmpty() && line.size() <= 120
        && (marks.contains(line.front()) || line.endsWith(u':') || line.endsWith(u'：'));
}

bool matchesWhole(const QRegularExpression &pattern, const QString &text)
{
    return text.size() <= maxPhrase && pattern.match(text).hasMatch();
}

} // namespace

bool mayEndAttribution(const QString &line)
{
    return line.endsWith(u':') || line.endsWith(u'：') || line.endsWith(u"写道"_s) || line.endsWith(u"寫道"_s);
}

Attribution attributionIn(const QString &line)
{
    const QString text = stripped(line);
    // An opening word, a number (the date), the verb: "On 9 Jan 2014, at 2:47, George wrote:", "Am 12.03. schrieb
    // Max:".
    static const QRegularExpression opened(
        u"^(?:(?:on|am|le|el|em|no dia|il|den|op|w dniu|dnia|at|a)\\b|在|于|於|\\d{1,4}[./-]\\d|\\d{1,2} "
        u"\\p{L}|\\d{4}年"
        u"|(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|понед|втор|сред|четв|пятн|субб|воскр)\\p{L}*)"
        u".{0,250}\\d.{0,250}?"_s
            + wroteWords() + u"(?: .{0,120})?\\s*[:：]?$"_s,
        unicodeAnyCase);
    // An address, then the verb and the date: "Ana <ana@example.org> schrieb am Di., 12. März 2024, 10:11:".
    static const QRegularExpression addressFirst(
        u"^.{0,120}<?[^\\s<>]+@[^\\s<>]+>?\\s*(?:\\([^()]{0,80}\\)\\s*)?.{0,80}?"_s + wroteWords()
            + u".{0,100}[:：]$"_s,
        unicodeAnyCase);
    // A date, a time and an address, whatever the words between: '12.03.2024, 10:11, "Имя" <a@b>:' in any language.
    static const QRegularExpression dated(
        u"^(?=.*\\d{1,2}[:.]\\d{2})(?=.*(?:\\d{4}|\\d{1,2}[./-]\\d{1,2}[./-]\\d{2})).{5,250}[^\\s<>]+@[^\\s<>]+>?\"?\\s*[:：]$"_s,
        unicodeAnyCase);
    if (matchesWhole(opened, text) || matchesWhole(dated, text))
        return Attribution::Whole;
    return matchesWhole(addressFirst, text) ? Attribution::Tail : Attribution::None;
}

bool hasTime(const QString &line)
{
    static const QRegularExpression time(u"\\d{1,2}[:.]\\d{2}"_s);
    return matchesWhole(time, line);
}

bool isDrawnLine(const QString &line)
{
    if (line.size() < 5 || line.size() > 200)
        return false;
    return std::all_of(line.begin(), line.end(), [](QChar c) {
        return c == u'-' || c == u'_' || c == u'=' || c == u'—' || c == u'─' || c == u' ';
    });
}

bool isOriginalSeparator(const QString &line)
{
    if (!mayBeSeparator(line))
        return false;
    static const QRegularExpression pattern(
        u"^[-_*>\\s]{2,}\\s*(?:original message|reply message|urspr[uü]ngliche "
        u"nachricht|original-?nachricht|originalnachricht"
        u"|исходное сообщение|оригинальное сообщение|mensagem original|mensaje original|message d['’]origine|message "
        u"original"
        u"|messaggio originale|oorspronkelijk bericht|原始邮件|原始郵件|邮件原件|回复的原邮件|回复的邮件|元のメッセージ)\\s*[-_*\\s]{0,}$"_s,
        unicodeAnyCase);
    return matchesWhole(pattern, line);
}

bool isForwardSeparator(const QString &line)
{
    if (!mayBeSeparator(line))
        return false;
    static const QRegularExpression pattern(
        u"^(?:[-_*\\s]{2,}\\s*(?:forwarded message|weitergeleitete nachricht|пересылаемое сообщение|пересланное "
        u"сообщение"
        u"|mensagem encaminhada|mensaje reenviado|message transféré|messaggio "
        u"inoltrato|转发的?邮件|轉寄郵件|转发邮件信息)\\s*[-_*\\s]*"
        u"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|начало переадресованного сообщения"
        u"|início da mensagem encaminhada|inicio del mensaje reenviado|début du message réexpédié|开始转发的邮件)\\s*[:：])$"_s,
        unicodeAnyCase);
    return matchesWhole(pattern, line);
}

QuotedField quotedField(const QString &line)
{
    using F = QuotedField;
    static const QHash<QString, QuotedField> fields{
        {u"from"_s, F::From},
        {u"von"_s, F::From},
        {u"от"_s, F::From},
        {u"от кого"_s, F::From},
        {u"de"_s, F::From},
        {u"da"_s, F::From},
        {u"van"_s, F::From},
        {u"från"_s, F::From},
        {u"fra"_s, F::From},
        {u"发件人"_s, F::From},
        {u"寄件者"_s, F::From},
        {u"寄件人"_s, F::From},
        {u"差出人"_s, F::From},
        {u"sent"_s, F::Sent},
        {u"gesendet"_s, F::Sent},
        {u"отправлено"_s, F::Sent},
        {u"enviado"_s, F::Sent},
        {u"enviada em"_s, F::Sent},
        {u"enviado em"_s, F::Sent},
        {u"enviado el"_s, F::Sent},
        {u"envoyé"_s, F::Sent},
        {u"inviato"_s, F::Sent},
        {u"verzonden"_s, F::Sent},
        {u"发送时间"_s, F::Sent},
        {u"寄件日期"_s, F::Sent},
        {u"傳送時間"_s, F::Sent},
        {u"发送日期"_s, F::Sent},
        {u"送信日時"_s, F::Sent},
        {u"date"_s, F::Date},
        {u"datum"_s, F::Date},
        {u"дата"_s, F::Date},
        {u"data"_s, F::Date},
        {u"fecha"_s, F::Date},
        {u"日期"_s, F::Date},
        {u"时间"_s, F::Date},
        {u"to"_s, F::To},
        {u"an"_s, F::To},
        {u"кому"_s, F::To},
        {u"para"_s, F::To},
        {u"à"_s, F::To},
        {u"a"_s, F::To},
        {u"aan"_s, F::To},
        {u"收件人"_s, F::To},
        {u"收件者"_s, F::To},
        {u"宛先"_s, F::To},
        {u"cc"_s, F::Cc},
        {u"копия"_s, F::Cc},
        {u"抄送"_s, F::Cc},
        {u"副本"_s, F::Cc},
        {u"kopie"_s, F::Cc},
        {u"reply-to"_s, F::Cc},
        {u"importance"_s, F::Cc},
        {u"attachments"_s, F::Cc},
        {u"subject"_s, F::Subject},
        {u"betreff"_s, F::Subject},
        {u"тема"_s, F::Subject},
        {u"assunto"_s, F::Subject},
        {u"asunto"_s, F::Subject},
        {u"objet"_s, F::Subject},
        {u"oggetto"_s, F::Subject},
        {u"onderwerp"_s, F::Subject},
        {u"主题"_s, F::Subject},
        {u"主旨"_s, F::Subject},
        {u"件名"_s, F::Subject},
    };
    const QString head = line.left(24).remove(u'*');
    qsizetype colon = head.indexOf(u':');
    if (const qsizetype wide = head.indexOf(u'：'); wide >= 0 && (colon < 0 || wide < colon))
        colon = wide;
    if (colon < 1)
        return F::None;
    return fields.value(head.left(colon).simplified().toLower(), F::None);
}

bool isDeviceSignature(const QString &line)
{
    if (line.size() > 90 || line.size() < 6)
        return false;
    static const QRegularExpression pattern(
        u"^(?:sent (?:from|via|with|using)(?: my| a| an)?(?: [^\\s,;.!?]+){1,7}"
        u"|(?:get|download|obter o?|obtenir|obtén|获取|下载) (?:outlook|yahoo|blue ?mail|k-9).{0,40}|outlook für "
        u".{2,20} beziehen"
        u"|отправлено (?:из|с|со|от) .{2,60}|enviado (?:do|da|de|desde|a partir d[eo]|pelo|via|con|com) .{2,50}"
        u"|envoyé (?:de|depuis|à partir de) .{2,50}|inviato (?:da|dal) .{2,50}|verzonden (?:vanaf|met) .{2,50}"
        u"|von mein(?:em|er) .{2,40} gesendet|gesendet (?:von|mit|über) .{2,40}|diese nachricht wurde von mein.{2,60} "
        u"gesendet"
        u"|发自我的.{2,30}|發自我的.{2,30}|从我的.{2,30}发送|从我的.{2,30}发出|發送自我的.{2,30}|.{2,20}から送信|나의 "
        u".{2,30}에서 보냄"
        u"|via mobile)[.!]?(?: ?<https?://\\S{1,60}>)?(?: ?\\(https?://\\S{1,60}\\)?)?$"_s,
        unicodeAnyCase);
    return matchesWhole(pattern, line);
}

bool isClosingFormula(const QString &line)
{
    static const QSet<QString> formulas{
        u"best regards"_s,
        u"kind regards"_s,
        u"warm regards"_s,
        u"regards"_s,
        u"with kind regards"_s,
        u"sincerely"_s,
        u"best wishes"_s,
        u"yours sincerely"_s,
        u"yours faithfully"_s,
        u"yours truly"_s,
        u"sincerely yours"_s,
        u"many thanks and best regards"_s,
        u"с уважением"_s,
        u"с наилучшими пожеланиями"_s,
        u"mit freundlichen grüßen"_s,
        u"mit freundlichem gruß"_s,
        u"freundliche grüße"_s,
        u"viele grüße"_s,
        u"beste grüße"_s,
        u"mit besten grüßen"_s,
        u"liebe grüße"_s,
        u"mfg"_s,
        u"atenciosamente"_s,
        u"cumprimentos"_s,
        u"com os melhores cumprimentos"_s,
        u"att"_s,
        u"saludos"_s,
        u"saludos cordiales"_s,
        u"un saludo"_s,
        u"atentamente"_s,
        u"cordialement"_s,
        u"bien cordialement"_s,
        u"cordiali saluti"_s,
        u"distinti saluti"_s,
        u"met vriendelijke groet"_s,
        u"此致"_s,
        u"顺颂商祺"_s,
        u"祝好"_s,
    };
    if (line.size() > 60)
        return false;
    QString text = line.toLower();
    while (!text.isEmpty() && (text.back().isPunct() || text.back().isSpace()))
        text.chop(1);
    return formulas.contains(text);
}

} // namespace patchbay::mail
