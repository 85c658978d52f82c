#include "ui/models/key_chord.h"

#include <QtGui/QKeySequence>

#include <string_view>

namespace patchbay {

namespace {

/// X11 and Wayland key codes of the three letter rows, counted from the row's first key.
int chordLetterOnRow(quint32 scanCode, quint32 first, std::string_view letters)
{
    if (scanCode < first || scanCode >= first + letters.size())
        return 0;
    return letters[scanCode - first];
}

bool chordIsLetter(int key) { return key >= Qt::Key_A && key <= Qt::Key_Z; }

} // namespace

bool KeyChord::editsText() const
{
    if (modifiers & (Qt::ControlModifier | Qt::MetaModifier))
        return false;
    const bool functionKey = key >= Qt::Key_F1 && key <= Qt::Key_F35;
    return !functionKey && key != Qt::Key_Escape && !(modifiers & Qt::AltModifier);
}

bool KeyChord::isForbidden() const
{
    if (!(modifiers & Qt::AltModifier))
        return false;
    return (modifiers & Qt::ControlModifier) || (key > Qt::Key_Space && key < 0x01000000);
}

KeyChord chordFromText(const QString &text)
{
    const QKeySequence sequence = QKeySequence::fromString(text, QKeySequence::PortableText);
    if (sequence.count() != 1)
        return {};
    const QKeyCombination combination = sequence[0];
    return {combination.key(), combination.keyboardModifiers()};
}

QString chordText(const KeyChord &chord)
{
    if (!chord.key)
        return {};
    return QKeySequence(QKeyCombination(chord.modifiers, Qt::Key(chord.key))).toString(QKeySequence::NativeText);
}

int latinKeyFromNative(quint32 scanCode, quint32 virtualKey)
{
#if defined(Q_OS_WIN)
    Q_UNUSED(scanCode)
    return virtualKey >= 'A' && virtualKey <= 'Z' ? int(virtualKey) : 0;
#elif defined(Q_OS_MACOS)
    Q_UNUSED(scanCode)
    // kVK_ANSI_* codes in their numeric order; '-' where the code is not a letter.
    constexpr std::string_view codes = "ASDFHGZXCV-BQWERYT-----------O-U-I-P-LJ-K----NM";
    const int letter = virtualKey < codes.size() ? codes[virtualKey] : 0;
    return letter == '-' ? 0 : letter;
#else
    Q_UNUSED(virtualKey)
    if (const int letter = chordLetterOnRow(scanCode, 24, "QWERTYUIOP"))
        return letter;
    if (const int letter = chordLetterOnRow(scanCode, 38, "ASDFGHJKL"))
        return letter;
    return chordLetterOnRow(scanCode, 52, "ZXCVBNM");
#endif
}

KeyChord chordOf(const QKeyEvent &event)
{
    KeyChord chord{event.key(), event.modifiers() & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier)};
    if (chord.key == Qt::Key_Enter)
        chord.key = Qt::Key_Return;
    const bool isCharacter = chord.key > 0x7f && chord.key < 0x01000000;
    const bool otherScript = isCharacter && chord.key <= 0xffff
        && QChar(char16_t(chord.key)).script() != QChar::Script_Latin && QChar(char16_t(chord.key)).isLetter();
    if (otherScript || chord.key == Qt::Key_unknown) {
        if (const int latin = latinKeyFromNative(event.nativeScanCode(), event.nativeVirtualKey()))
            chord.key = latin;
    }
    // "?" is Shift+/ here and Shift+ß there: for signs the character alone counts.
    if (chord.key > Qt::Key_Space && chord.key < 0x7f && !chordIsLetter(chord.key)
        && !(chord.modifiers & Qt::ControlModifier))
        chord.modifiers &= ~Qt::ShiftModifier;
    return chord;
}

} // namespace patchbay
