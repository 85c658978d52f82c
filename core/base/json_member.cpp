#include "core/base/json_member.h"

#include <nlohmann/json.hpp>

namespace patchbay {

namespace {

/// Stops at the text that it looks for.
struct JsonMember final : nlohmann::json_sax<nlohmann::json> {
    explicit JsonMember(const char *key)
        : wanted(key)
    {
    }
    bool null() override { return other(); }
    bool boolean(bool) override { return other(); }
    bool number_integer(number_integer_t) override { return other(); }
    bool number_unsigned(number_unsigned_t) override { return other(); }
    bool number_float(number_float_t, const string_t &) override { return other(); }
    bool binary(binary_t &) override { return other(); }
    bool string(string_t &value) override
    {
        if (!here)
            return true;
        found = QString::fromStdString(value);
        return false;
    }
    bool start_object(std::size_t) override { return ++depth, other(); }
    bool start_array(std::size_t) override { return ++depth, other(); }
    bool end_object() override { return --depth, true; }
    bool end_array() override { return --depth, true; }
    bool key(string_t &name) override { return here = depth == 1 && name == wanted, true; }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override { return false; }

    bool other() { return here = false, true; }

    std::string_view wanted;
    std::optional<QString> found = {};
    int depth = 0;
    bool here = false;
};

} // namespace

std::optional<QString> jsonMember(const QByteArray &object, const char *key)
{
    JsonMember member(key);
    nlohmann::json::sax_parse(object.constData(), object.constData() + object.size(), &member);
    return member.found;
}

} // namespace patchbay
