#include "bench/corpus.h"

#include "core/mail/mail.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t openThreads = 2000; ///< that may get another message
constexpr qint64 firstSecond = 1'577'836'800; // 2020-01-01
constexpr qint64 lastSecond = 1'735'689'600; // 2025-01-01

/// The second column of "category<TAB>text" files.
QStringList textsOf(const QStringList &files)
{
    QStringList texts;
    for (const QString &name : files) {
        QFile file(QStringLiteral(PATCHBAY_SHARED "/data/") + name);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QString text = QString::fromUtf8(line.mid(line.indexOf('\t') + 1)).simplified();
            if (!text.isEmpty())
                texts << text;
        }
    }
    return texts;
}

/// Made-up words, common ones often: enough to measure with where no data sets are.
QStringList madeUp(std::mt19937 &chance, const QStringList &syllables, const QString &between, int sentences)
{
    QStringList words;
    for (int i = 0; i < 20'000; ++i) {
        QString word;
        for (int n = 2 + int(chance() % 3); n > 0; --n)
            word += syllables[int(chance() % uint(syllables.size()))];
        words << word;
    }
    QStringList texts;
    for (int i = 0; i < sentences; ++i) {
        QStringList sentence;
        for (int n = 5 + int(chance() % 12); n > 0; --n) {
            const double u = double(chance() % 1'000'000) / 1'000'000;
            sentence << words[int(19'999 * u * u * u)];
        }
        texts << sentence.join(between);
    }
    return texts;
}

QString person(int number)
{
    static const QStringList first{u"Ana"_s,   u"Zoë"_s,  u"Jürgen"_s, u"Łukasz"_s,
                                   u"Мария"_s, u"李雷"_s, u"فاطمة"_s,  u"Tom"_s};
    static const QStringList last{u"Silva"_s,  u"Meyer"_s,  u"Kowalski"_s, u"Иванова"_s,
                                  u"O'Neil"_s, u"Nguyễn"_s, u"Smith"_s};
    return first[number % 8] + u' ' + last[number / 8 % 7];
}

QString addressOf(int number) { return u"person%1@example%2.org"_s.arg(number).arg(number % 50); }

QString messageId(const CorpusMessage &m, int inConversation)
{
    return u"c%1.%2@example.org"_s.arg(m.conversation).arg(inConversation);
}

} // namespace

Corpus::Corpus(int messages)
    : m_messages(messages)
{
    m_english =
        textsOf({u"banking77/train.tsv"_s, u"clinc150/train.tsv"_s, u"bitext/train.tsv"_s, u"sms_spam/train.tsv"_s});
    m_arabic = textsOf({u"arbanking77/train.tsv"_s});
    m_chinese = textsOf({u"zh_waimai/train.tsv"_s});
    m_source = u"BANKING77, CLINC150, Bitext, SMS spam, ArBanking77, Waimai"_s;
    if (m_english.isEmpty() || m_arabic.isEmpty() || m_chinese.isEmpty()) {
        m_source = u"made-up words"_s;
        m_english = madeUp(m_chance,
                           {u"re"_s, u"fund"_s, u"or"_s, u"der"_s, u"ca"_s, u"rd"_s, u"is"_s, u"mon"_s, u"ey"_s,
                            u"pay"_s, u"ti"_s, u"on"_s},
                           u" "_s, 30'000);
        m_arabic = madeUp(m_chance, {u"بط"_s, u"اقة"_s, u"ال"_s, u"حس"_s, u"اب"_s, u"دف"_s}, u" "_s, 5000);
        m_chinese =
            madeUp(m_chance, {u"订"_s, u"单"_s, u"退"_s, u"款"_s, u"外"_s, u"卖"_s, u"送"_s, u"餐"_s}, QString(), 5000);
    }
}

QString Corpus::sentence(const QStringList &pool) { return pool[qsizetype(m_chance() % uint(pool.size()))]; }

CorpusMessage Corpus::next()
{
    CorpusMessage message;
    message.number = m_number++;
    Thread *thread = nullptr;
    if (m_long.number < 0 || (message.number % 50 == 7 && m_long.messages < 20'000)) {
        if (m_long.number < 0)
            m_long.number = m_conversations++;
        thread = &m_long;
    } else if (m_open.empty() || m_chance() % 1000 < 150) {
        const int language = m_chance() % 20;
        const Thread fresh{m_conversations++, int(m_chance() % 60'000), 0, language == 0 ? 1 : language == 1 ? 2 : 0};
        if (m_open.size() < openThreads)
            m_open.push_back(fresh);
        else
            m_open[m_chance() % openThreads] = fresh;
        thread = m_open.size() < openThreads ? &m_open.back() : nullptr;
        for (Thread &open : m_open) {
            if (!thread && open.number == fresh.number)
                thread = &open;
        }
    } else {
        thread = &m_open[m_chance() % m_open.size()];
    }
    message.conversation = thread->number;
    message.inConversation = thread->messages++;
    message.person = thread->person;
    message.at = {(firstSecond + (lastSecond - firstSecond) * message.number / m_messages) * 1'000'000};
    const QStringList &pool = thread->language == 1 ? m_arabic : thread->language == 2 ? m_chinese : m_english;
    message.subject = sentence(pool).left(70);
    QStringList parts;
    for (int n = 2 + int(m_chance() % 4); n > 0; --n)
        parts << sentence(pool);
    parts << u"ORD-%1."_s.arg(100'000 + m_chance() % 900'000);
    message.text = parts.join(u". "_s);
    return message;
}

InboundMessage Corpus::parsed(const CorpusMessage &m)
{
    InboundMessage out;
    out.externalId = messageId(m, m.inConversation);
    out.dedupeKey = out.externalId + u";"_s + QString::number(m.number);
    for (int back = 1; back <= 5 && back <= m.inConversation; ++back)
        out.references << messageId(m, m.inConversation - back);
    out.from = {person(m.person), addressOf(m.person)};
    out.to = QStringList{u"support@example.org"_s};
    out.subject = m.subject;
    out.text = m.text;
    out.body.blocks.push_back({.runs = {{.text = m.text}}});
    out.providerAt = m.at;
    return out;
}

QByteArray Corpus::mail(const CorpusMessage &m)
{
    const InboundMessage in = parsed(m);
    QByteArray all;
    all += "From: =?UTF-8?B?" + in.from.name.toUtf8().toBase64() + "?= <" + in.from.address.toUtf8() + ">\n";
    all += "To: support@example.org\nSubject: =?UTF-8?B?" + in.subject.toUtf8().toBase64() + "?=\n";
    all += "Date: " + m.at.toDateTime().toUTC().toString(Qt::RFC2822Date).toLatin1() + "\n";
    all += "Message-ID: <" + in.externalId.toLatin1() + ">\n";
    if (!in.references.isEmpty()) {
        all += "In-Reply-To: <" + in.references.front().toLatin1() + ">\nReferences:";
        for (auto it = in.references.rbegin(); it != in.references.rend(); ++it)
            all += " <" + it->toLatin1() + ">";
        all += "\n";
    }
    all += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n";
    QByteArray line;
    for (const QByteArray &word : m.text.toUtf8().split(' ')) {
        if (line.size() + word.size() > 76) {
            all += line + "\n";
            line.clear();
        }
        line += (line.isEmpty() ? "" : " ") + word;
    }
    return all + line + "\n";
}

} // namespace patchbay::bench
