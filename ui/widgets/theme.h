#pragma once

#include <QtCore/QObject>
#include <QtGui/QColor>
#include <QtGui/QPalette>

class QApplication;
class QWidget;

namespace patchbay {

/// The colours of one scheme by what they mean. Text pairs reach a contrast of 4.5, signs 3 (a test measures them).
struct ThemeColors {
    bool dark = false;
    QColor rail, window, base, raised, border, hover, selected;
    QColor text, muted, faint;
    QColor accent, accentFill, onAccent, accentSoft;
    QColor danger, dangerSoft, warning, warningSoft, good, goodSoft;
    QColor note, noteBorder, mine;
};

const ThemeColors &themeColors(bool dark);
/// Of the scheme this widget is painted in.
const ThemeColors &themeOf(const QWidget *widget);
const ThemeColors &themeOf(const QPalette &palette);

/// Gives the application its style, palette and sheet, and follows the system where it says which scheme it has. Owned
/// by the window; GUI thread.
class Theme final : public QObject {
    Q_OBJECT

public:
    enum class Scheme { System, Light, Dark };

    /// Colours alone. Who owns it calls apply() when its widgets stand: under a style sheet each widget that gets a parent
    /// is styled anew with all that it holds, half of the time that a window takes to build.
    explicit Theme(QApplication &application, QObject *parent = nullptr);
    void apply();
    void set(Scheme scheme);
    Scheme scheme() const { return m_scheme; }
    bool isDark() const;

Q_SIGNALS:
    void changed();

private:
    QApplication &m_application;
    Scheme m_scheme = Scheme::System;
    bool m_systemWasDark = false;
};

/// Rounded monogram colour for a name: steady, and readable under its letters in both schemes.
QColor avatarColor(const QString &name, bool dark);

} // namespace patchbay
