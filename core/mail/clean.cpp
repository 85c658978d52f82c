#include "core/mail/html_body.h"

#include "core/mail/characters.h"

#include <array>

namespace patchbay {

namespace {

constexpr qsizetype maxFileNameBytes = 200;

/// CON, PRN, AUX, NUL, COM1..9, LPT1..9: devices on Windows, with any extension.
bool isReservedOnWindows(const QString &name)
{
    const QString stem = name.section(QLatin1Char('.'), 0, 0).trimmed().toUpper();
    static const std::array<QLatin1String, 6> whole{QLatin1String("CON"),    QLatin1String("PRN"),
                                                    QLatin1String("AUX"),    QLatin1String("NUL"),
                                                    QLatin1String("CONIN$"), QLatin1String("CONOUT$")};
    for (const QLatin1String device : whole) {
        if (stem == device)
            return true;
    }
    const bool port =
        stem.size() == 4 && (stem.startsWith(QLatin1String("COM")) || stem.startsWith(QLatin1String("LPT")));
    static const QString digits = QStringLiteral("123456789\u00b9\u00b2\u00b3");
    return port && digits.contains(stem.back());
}

/// Cut to a number of UTF-8 bytes without splitting a character, keeping the extension where it is a short one.
QString shortened(const QString &name)
{
    if (name.toUtf8().size() <= maxFileNameBytes)
        return name;
    const qsizetype dot = name.lastIndexOf(QLatin1Char('.'));
    const QString extension = dot > 0 && name.size() - dot <= 16 ? name.mid(dot) : QString();
    const qsizetype room = maxFileNameBytes - extension.toUtf8().size();
    QString stem = name.left(name.size() - extension.size()).left(room);
    while (!stem.isEmpty() && (stem.toUtf8().size() > room || stem.back().isHighSurrogate()))
        stem.chop(1);
    return stem + extension;
}

} // namespace

QString cleanLine(const QString &text, qsizetype limit)
{
    QString line;
    line.reserve(qMin(text.size(), limit));
    bool blank = false;
    for (qsizetype i = 0; i < text.size() && line.size() < limit; ++i) {
        const QChar c = text.at(i);
        if (c.isSpace() || c == QChar::Null || c.category() == QChar::Other_Control) {
            blank = !line.isEmpty();
            continue;
        }
        if (mail::isBidiControl(c) || mail::isInvisible(c))
            continue;
        if (blank)
            line += QLatin1Char(' ');
        blank = false;
        line += c;
    }
    if (line.size() > limit)
        line.truncate(limit);
    if (!line.isEmpty() && line.back().isHighSurrogate())
        line.chop(1);
    return line;
}

QString cleanFileName(const QString &name)
{
    // Normalise first, check afterwards: an invisible character must not carry a name past a check and then vanish.
    QString clean = cleanLine(name.left(4096).normalized(QString::NormalizationForm_C), 1024);
    // Look-alikes of separators and dots become what they look like before the path is cut off.
    clean.replace(QChar(0x2044), QLatin1Char('/')).replace(QChar(0x2215), QLatin1Char('/'));
    clean.replace(QChar(0xFF0F), QLatin1Char('/')).replace(QChar(0xFF3C), QLatin1Char('\\'));
    clean.replace(QChar(0xFF0E), QLatin1Char('.')).replace(QChar(0x2024), QLatin1Char('.'));
    clean = clean.mid(qMax(clean.lastIndexOf(QLatin1Char('/')), clean.lastIndexOf(QLatin1Char('\\'))) + 1);
    static const QString forbidden = QStringLiteral("<>:\"|?*\u2236\uff1a");
    for (QChar &c : clean) {
        if (forbidden.contains(c))
            c = QLatin1Char('_');
    }
    const auto isEdge = [](QChar c) { return c == QLatin1Char('.') || c.isSpace(); };
    while (!clean.isEmpty() && isEdge(clean.front()))
        clean.remove(0, 1);
    clean = shortened(clean);
    while (!clean.isEmpty() && isEdge(clean.back()))
        clean.chop(1);
    if (clean.isEmpty())
        return QStringLiteral("file");
    return isReservedOnWindows(clean) ? QLatin1Char('_') + clean : clean;
}

} // namespace patchbay
