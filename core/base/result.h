#pragma once

#include "core/base/error.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace patchbay {

/// The value of an operation that yields nothing but its success.
struct Done { };

/// Either a value or an Error. No exception crosses a function of ours.
template <class T> class [[nodiscard]] Result {
public:
    using value_type = T;

    Result()
        : m_state(T{})
    {
    }
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    explicit operator bool() const { return m_state.index() == 0; }
    bool ok() const { return m_state.index() == 0; }

    const T &value() const & { return std::get<0>(m_state); }
    T &value() & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    const T &operator*() const & { return value(); }
    T &operator*() & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    const T *operator->() const { return &value(); }
    T *operator->() { return &value(); }

    const Error &error() const { return std::get<1>(m_state); }

    /// f(value) -> Result<U>, or this error.
    template <class F> auto andThen(F &&f) const -> std::invoke_result_t<F, const T &>
    {
        if (ok())
            return std::forward<F>(f)(value());
        return error();
    }

private:
    std::variant<T, Error> m_state;
};

} // namespace patchbay
