#pragma once

#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// Goes through JSON that we wrote ourselves (JsonWriter, QJsonDocument), value by value, without a document in
/// between: for what is read with every message. The caller asks for what it expects; what stands there instead gives
/// nothing, and then QJsonDocument has the word. For nothing from outside. A value over a text that outlives it; any
/// one thread.
class JsonScan {
public:
    explicit JsonScan(QStringView text)
        : m_at(text.utf16())
        , m_end(text.utf16() + text.size())
    {
    }

    /// Passes this sign if it is the next one.
    bool take(char16_t wanted);
    bool isNext(char16_t wanted);
    /// A name and its colon, as it is written.
    std::optional<QStringView> key();
    std::optional<QString> text(); ///< nothing where half a surrogate pair is escaped, too
    std::optional<qint64> integer();
    std::optional<double> number();
    std::optional<bool> boolean();
    /// Passes a value of any kind.
    bool skip();

private:
    void skipSpace();
    bool word(QStringView wanted);
    std::optional<QStringView> quoted();
    template <class T> std::optional<T> digits();

    const char16_t *m_at;
    const char16_t *m_end;
};

/// One text of an object that we wrote ourselves, without the rest of it; nothing: it has no such text.
std::optional<QString> jsonMember(QStringView object, QStringView key);

} // namespace patchbay
