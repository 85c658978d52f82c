#pragma once

#include <QtCore/QString>

#include <algorithm>

namespace patchbay {

/// A text as a template argument, so that what differs only by a name is one captureless function.
template <size_t size> struct Literal {
    char text[size];
    consteval Literal(const char (&from)[size]) { std::copy_n(from, size, text); }
    QString string() const { return QString::fromUtf8(text, qsizetype(size) - 1); }
};

} // namespace patchbay
