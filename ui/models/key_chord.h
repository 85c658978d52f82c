#pragma once

#include <QtCore/QString>
#include <QtGui/QKeyEvent>

namespace patchbay {

/// One key with its modifiers, independent of the keyboard's layout. A value.
struct KeyChord {
    int key = 0; ///< Qt::Key; 0: none
    Qt::KeyboardModifiers modifiers = Qt::NoModifier;

    bool operator==(const KeyChord &) const = default;
    /// True when pressing it in a text field would type a character or edit the text.
    bool editsText() const;
    /// Alt+letter and Ctrl+Alt+anything type characters on many layouts and are never bound.
    bool isForbidden() const;
};

/// From portable text ("Shift+Y", "Ctrl+K", "?"); none when it is not one chord.
KeyChord chordFromText(const QString &text);
/// As a person reads it ("Shift+Y", "Ctrl+Return").
QString chordText(const KeyChord &chord);
/// What was pressed. On layouts without Latin letters it is the Latin letter on that key, from the native codes.
KeyChord chordOf(const QKeyEvent &event);
/// The Latin letter on the key with these native codes of this platform; 0 when it has none.
int latinKeyFromNative(quint32 scanCode, quint32 virtualKey);

} // namespace patchbay
