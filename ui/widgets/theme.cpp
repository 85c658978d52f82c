#include "ui/widgets/theme.h"

#include "ui/widgets/theme_sheet.h"

#include <QtCore/QVariant>
#include <QtGui/QGuiApplication>
#include <QtGui/QStyleHints>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>
#include <QtWidgets/QStyleFactory>
#include <QtWidgets/QWidget>

namespace patchbay {

namespace {

QColor themeHex(const char *hex) { return QColor(QLatin1String(hex)); }

ThemeColors themeLight()
{
    ThemeColors c;
    c.rail = themeHex("#eceff4");
    c.window = themeHex("#f6f7f9");
    c.base = themeHex("#ffffff");
    c.raised = themeHex("#ffffff");
    c.border = themeHex("#d9dee6");
    c.hover = themeHex("#eef1f6");
    c.selected = themeHex("#dfe8ff");
    c.text = themeHex("#1a1e26");
    c.muted = themeHex("#525c6b");
    c.faint = themeHex("#7b8594");
    c.accent = themeHex("#2450d8");
    c.accentFill = themeHex("#2f5bea");
    c.onAccent = themeHex("#ffffff");
    c.accentSoft = themeHex("#e7edff");
    c.danger = themeHex("#b3261e");
    c.dangerSoft = themeHex("#fdecea");
    c.warning = themeHex("#7d4b00");
    c.warningSoft = themeHex("#fff2d9");
    c.good = themeHex("#116b3f");
    c.goodSoft = themeHex("#e3f5ea");
    c.note = themeHex("#fff8e1");
    c.noteBorder = themeHex("#e6cf82");
    c.mine = themeHex("#edf2ff");
    return c;
}

ThemeColors themeDark()
{
    ThemeColors c;
    c.dark = true;
    c.rail = themeHex("#12151a");
    c.window = themeHex("#171b21");
    c.base = themeHex("#1c2129");
    c.raised = themeHex("#222832");
    c.border = themeHex("#343c49");
    c.hover = themeHex("#262d38");
    c.selected = themeHex("#2a3860");
    c.text = themeHex("#e7eaf0");
    c.muted = themeHex("#a9b3c1");
    c.faint = themeHex("#7f8a99");
    c.accent = themeHex("#9db5ff");
    c.accentFill = themeHex("#4068e6");
    c.onAccent = themeHex("#ffffff");
    c.accentSoft = themeHex("#263256");
    c.danger = themeHex("#ff9a91");
    c.dangerSoft = themeHex("#43211f");
    c.warning = themeHex("#f3c766");
    c.warningSoft = themeHex("#3c2f12");
    c.good = themeHex("#6fd6a0");
    c.goodSoft = themeHex("#173726");
    c.note = themeHex("#302a16");
    c.noteBorder = themeHex("#66561f");
    c.mine = themeHex("#212b47");
    return c;
}

QPalette themePalette(const ThemeColors &c)
{
    QPalette palette;
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.base);
    palette.setColor(QPalette::AlternateBase, c.window);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::PlaceholderText, c.muted);
    palette.setColor(QPalette::Button, c.raised);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.danger);
    palette.setColor(QPalette::Highlight, c.accentFill);
    palette.setColor(QPalette::HighlightedText, c.onAccent);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Midlight, c.hover);
    palette.setColor(QPalette::Light, c.raised);
    palette.setColor(QPalette::Dark, c.border);
    palette.setColor(QPalette::Shadow, c.dark ? Qt::black : c.border);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.faint);
    return palette;
}

} // namespace

const ThemeColors &themeColors(bool dark)
{
    static const ThemeColors light = themeLight();
    static const ThemeColors night = themeDark();
    return dark ? night : light;
}

const ThemeColors &themeOf(const QPalette &palette)
{
    return themeColors(palette.color(QPalette::Window).lightness() < 128);
}

const ThemeColors &themeOf(const QWidget *widget)
{
    // The application's palette, not the widget's: a tinted card is still part of its scheme.
    Q_UNUSED(widget)
    return themeOf(QGuiApplication::palette());
}

Theme::Theme(QApplication &application, QObject *parent)
    : QObject(parent)
    , m_application(application)
{
    const QVariant kept = application.property("patchbaySystemIsDark");
    m_systemWasDark = kept.isValid() ? kept.toBool() : application.palette().color(QPalette::Window).lightness() < 128;
    application.setProperty("patchbaySystemIsDark", m_systemWasDark);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this] {
        if (m_scheme == Scheme::System)
            apply();
    });
#endif
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(themePalette(themeColors(isDark())));
}

bool Theme::isDark() const
{
    if (m_scheme != Scheme::System)
        return m_scheme == Scheme::Dark;
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const Qt::ColorScheme system = QGuiApplication::styleHints()->colorScheme();
    if (system != Qt::ColorScheme::Unknown)
        return system == Qt::ColorScheme::Dark;
#endif
    return m_systemWasDark;
}

void Theme::set(Scheme scheme)
{
    m_scheme = scheme;
    apply();
}

void Theme::apply()
{
    const ThemeColors &colors = themeColors(isDark());
    m_application.setPalette(themePalette(colors));
    m_application.setStyleSheet(themeSheet(colors));
    Q_EMIT changed();
}

QColor avatarColor(const QString &name, bool dark)
{
    const int hue = qChecksum(name.toUtf8()) % 360; // the same each day, which qHash does not promise
    return QColor::fromHsl(hue, dark ? 90 : 110, dark ? 72 : 205);
}

} // namespace patchbay
