#pragma once

#include <QtCore/QString>

#include <algorithm>

namespace patchbay {

/// A text as a template argument, so that what differs only by a name is one captureless function.
template <size_t size> struct Literal {
    char text[size] = {};
    consteval Literal() = default;
    consteval Literal(const char (&from)[size]) { std::copy_n(from, size, text); }
    QString string() const { return QString::fromUtf8(text, qsizetype(size) - 1); }
};

/// One behind the other.
template <size_t first, size_t second>
consteval Literal<first + second - 1> operator+(const Literal<first> &one, const Literal<second> &other)
{
    Literal<first + second - 1> both;
    std::copy_n(one.text, first - 1, both.text);
    std::copy_n(other.text, second, both.text + first - 1);
    return both;
}

} // namespace patchbay
