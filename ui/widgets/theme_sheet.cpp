#include "ui/widgets/theme_sheet.h"

#include "ui/widgets/theme.h"

#include <QtGui/QFont>
#include <QtGui/QGuiApplication>

namespace patchbay {

namespace {

const char sheetControls[] = R"(
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 5px 7px; }
QPushButton { background: @raised; color: @text; border: 1px solid @border; border-radius: 7px; padding: 6px 12px; min-height: 18px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @selected; }
QPushButton:disabled { color: @faint; background: @window; }
QPushButton:focus { border: 2px solid @accent; padding: 5px 11px; }
QPushButton[kind="primary"] { background: @accentFill; color: @onAccent; border: 1px solid @accentFill; font-weight: 600; }
QPushButton[kind="primary"]:hover { border-color: @text; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @hover; color: @faint; border-color: @border; }
QPushButton[kind="danger"] { color: @danger; border-color: @danger; }
QPushButton[kind="flat"] { background: transparent; border: 2px solid transparent; color: @accent; padding: 4px 7px; min-height: 16px; text-align: left; }
QPushButton[kind="flat"]:hover { background: @hover; }
QPushButton[kind="flat"]:focus { border: 2px solid @accent; }
QPushButton[kind="tab"] { background: transparent; border: 2px solid transparent; border-radius: 7px; padding: 4px 10px; color: @muted; font-weight: 600; }
QPushButton[kind="tab"]:checked { background: @accentSoft; color: @accent; }
QPushButton[kind="tab"]:hover { background: @hover; }
QPushButton[kind="tab"]:focus { border: 2px solid @accent; }
QPushButton[kind="chip"] { padding: 2px 9px; min-height: 16px; }
QPushButton[kind="chip"]:focus { border: 2px solid @accent; padding: 1px 8px; }
QPushButton[kind="choice"] { text-align: left; padding: 14px 16px; border-radius: 10px; }
QPushButton[kind="choice"]:focus { padding: 13px 15px; }
QToolButton { background: transparent; border: 2px solid transparent; border-radius: 7px; padding: 4px; min-width: 22px; min-height: 22px; }
QToolButton:hover { background: @hover; }
QToolButton:checked { background: @accentSoft; }
QToolButton:focus { border: 2px solid @accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit > QToolButton { border: none; padding: 0; min-width: 0; min-height: 0; }
QLineEdit, QSpinBox, QComboBox, QPlainTextEdit { background: @base; color: @text; border: 1px solid @border; border-radius: 7px; padding: 5px 8px; selection-background-color: @accentFill; selection-color: @onAccent; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid @accent; padding: 4px 7px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url(:/patchbay/ui/images/chevron_@scheme.png); width: 14px; height: 14px; }
QCheckBox { spacing: 8px; padding: 3px; border: 2px solid transparent; border-radius: 5px; }
QCheckBox:focus { border: 2px solid @accent; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @faint; border-radius: 4px; background: @base; }
QCheckBox::indicator:checked { background: @accentFill; border-color: @accentFill; image: url(:/patchbay/ui/images/check.png); }
QCheckBox::indicator:disabled { background: @hover; }
QRadioButton { spacing: 8px; padding: 3px; border: 2px solid transparent; border-radius: 5px; }
QRadioButton:focus { border: 2px solid @accent; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @faint; border-radius: 8px; background: @base; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accentFill; }
)";

const char sheetViews[] = R"(
QMainWindow, QDialog { background: @window; }
QMenuBar { background: @rail; color: @text; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: @selected; }
QMenu { background: @raised; color: @text; border: 1px solid @border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 14px; border-radius: 5px; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @border; margin: 5px 8px; }
QSplitter::handle { background: @border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QAbstractItemView { background: @base; color: @text; border: none; outline: none; selection-background-color: @selected; selection-color: @text; }
QTableView { gridline-color: transparent; alternate-background-color: @window; border-top: 1px solid @border; }
QTableView::item { padding: 4px 8px; border: none; }
QTableView::item:selected { background: @selected; }
QTableView::item:selected:!active { background: @hover; }
QHeaderView::section { background: @window; color: @muted; border: none; border-bottom: 1px solid @border; padding: 7px 11px; font-weight: 600; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar::tab { background: transparent; color: @muted; border: none; border-bottom: 2px solid transparent; padding: 7px 14px; font-weight: 600; }
QTabBar::tab:selected { color: @accent; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { background: @hover; }
QTabBar::tab:focus { background: @selected; }
QScrollArea { border: none; background: transparent; }
QScrollArea[pane="true"] { border: 2px solid transparent; }
QScrollArea[pane="true"]:focus { border: 2px solid @accent; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTextBrowser { background: transparent; border: 2px solid transparent; color: @text; selection-background-color: @accentFill; selection-color: @onAccent; }
QTextBrowser:focus { border: 2px solid @accent; border-radius: 5px; }
)";

const char sheetSurfaces[] = R"(
QWidget[surface="rail"] { background: @rail; }
QWidget[surface="base"] { background: @base; }
QWidget[surface="window"] { background: @window; }
QFrame[surface="card"] { background: @raised; border: 1px solid @border; border-radius: 10px; }
QFrame[surface="mine"] { background: @mine; border: 1px solid @border; border-radius: 10px; }
QFrame[surface="note"] { background: @note; border: 1px solid @noteBorder; border-radius: 10px; }
QFrame[marked="yes"] { border: 2px solid @accent; }
QFrame[surface="event"] { background: transparent; border: none; }
QFrame[surface="bar"] { background: @base; border: none; border-bottom: 1px solid @border; }
QFrame[surface="foot"] { background: @base; border: none; border-top: 1px solid @border; }
QFrame[surface="warning"] { background: @warningSoft; border: 1px solid @warning; border-radius: 7px; }
QFrame[surface="danger"] { background: @dangerSoft; border: 1px solid @danger; border-radius: 7px; }
QFrame[surface="popup"] { background: @raised; border: 1px solid @border; border-radius: 10px; }
QFrame[surface="toast"] { background: @text; border: none; border-radius: 9px; }
QFrame[surface="toast"] QLabel { color: @window; }
QFrame[surface="toast"] QPushButton { min-height: 16px; padding: 4px 10px; color: @window; background: transparent; border: 1px solid @window; }
QFrame[surface="line"] { background: @border; border: none; max-height: 1px; min-height: 1px; }
QPlainTextEdit[mode="note"] { background: @note; border-color: @noteBorder; }
QPlainTextEdit[mode="source"] { background: @window; }
QLabel { background: transparent; color: @text; }
QLabel[role="title"] { font-size: @titlept; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="section"] { color: @muted; font-weight: 600; font-size: @smallpt; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: @smallpt; }
QLabel[role="danger"] { color: @danger; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="good"] { color: @good; }
QLabel[role="chip"] { background: @accentSoft; color: @accent; border-radius: 6px; padding: 2px 7px; }
QLabel[role="chipGood"] { background: @goodSoft; color: @good; border-radius: 6px; padding: 2px 7px; }
QLabel[role="chipDanger"] { background: @dangerSoft; color: @danger; border-radius: 6px; padding: 2px 7px; }
QLabel[role="chipWarning"] { background: @warningSoft; color: @warning; border-radius: 6px; padding: 2px 7px; }
QLabel[role="sample"] { background: @warningSoft; color: @warning; border: 1px solid @warning; border-radius: 6px; padding: 1px 7px; font-weight: 700; font-size: @smallpt; }
QLabel[role="mono"] { font-family: monospace; color: @text; background: @window; border: 1px solid @border; border-radius: 7px; padding: 7px; }
QProgressBar { background: @hover; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accentFill; border-radius: 3px; }
)";

} // namespace

QString themeSheet(const ThemeColors &c)
{
    QString sheet = QLatin1String(sheetControls) + QLatin1String(sheetViews) + QLatin1String(sheetSurfaces);
    // Longer names first: "@accent" is a beginning of "@accentFill".
    const std::pair<const char *, QColor> names[] = {
        {"@accentFill", c.accentFill},
        {"@accentSoft", c.accentSoft},
        {"@onAccent", c.onAccent},
        {"@accent", c.accent},
        {"@dangerSoft", c.dangerSoft},
        {"@danger", c.danger},
        {"@warningSoft", c.warningSoft},
        {"@warning", c.warning},
        {"@goodSoft", c.goodSoft},
        {"@good", c.good},
        {"@noteBorder", c.noteBorder},
        {"@note", c.note},
        {"@selected", c.selected},
        {"@window", c.window},
        {"@raised", c.raised},
        {"@border", c.border},
        {"@hover", c.hover},
        {"@muted", c.muted},
        {"@faint", c.faint},
        {"@base", c.base},
        {"@rail", c.rail},
        {"@mine", c.mine},
        {"@text", c.text},
    };
    // From the system's own size, so that a person's larger letters are larger here too.
    const double size = QGuiApplication::font().pointSizeF() > 0 ? QGuiApplication::font().pointSizeF() : 10.0;
    sheet.replace(QLatin1String("@title"), QString::number(size * 1.35, 'f', 1));
    sheet.replace(QLatin1String("@small"), QString::number(size * 0.92, 'f', 1));
    sheet.replace(QLatin1String("@scheme"), c.dark ? QStringLiteral("dark") : QStringLiteral("light"));
    for (const auto &[name, color] : names)
        sheet.replace(QLatin1String(name), color.name());
    return sheet;
}

} // namespace patchbay
