#include "core/base/json_reader.h"

#include "core/base/json_to_qt.h"

#include <QtCore/QJsonArray>

#include <nlohmann/json.hpp>

#include <deque>
#include <unordered_set>

namespace patchbay {

/// A parsed value that keeps the source text of its number.
struct JsonReader::Node {
    enum class Type { Null, Boolean, Integer, Number, String, Array, Object };
    Type type = Type::Null;
    bool boolean = false;
    std::string text = {}; ///< string in UTF-8, or the number as written
    std::deque<Node> items = {};
    std::deque<std::pair<std::string, Node>> members = {};

    const Node *member(const std::string &key) const
    {
        for (const auto &[name, value] : members) {
            if (name == key)
                return &value;
        }
        return nullptr;
    }
};

struct JsonReader::Document {
    QString what;
    Node root;
    std::optional<Error> fault;
    std::optional<QString> faultPath;

    /// Builds the tree from nlohmann's events; refuses what a strict reader refuses.
    struct Builder;
};

struct JsonReader::Document::Builder final : nlohmann::json_sax<nlohmann::json> {
    using Type = Node::Type;

    Builder(Document &document, JsonLimits limits)
        : m_document(document)
        , m_limits(limits)
    {
    }

    bool null() override { return add({Type::Null}); }
    bool boolean(bool value) override { return add({Type::Boolean, value}); }
    bool number_integer(number_integer_t value) override { return add({Type::Integer, false, std::to_string(value)}); }
    bool number_unsigned(number_unsigned_t value) override
    {
        return add({Type::Integer, false, std::to_string(value)});
    }
    bool number_float(number_float_t, const string_t &source) override
    {
        const bool integral = source.find_first_of(".eE") == std::string::npos;
        return add({integral ? Type::Integer : Type::Number, false, source});
    }
    bool string(string_t &value) override { return add({Type::String, false, std::move(value)}); }
    bool binary(binary_t &) override { return refuse(QStringLiteral("has binary data")); }
    bool start_object(std::size_t) override { return open({Type::Object}); }
    bool start_array(std::size_t) override { return open({Type::Array}); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t &name) override
    {
        if (!m_keys.back().insert(name).second)
            return refuse(QStringLiteral("has the key \"%1\" twice").arg(QString::fromStdString(name).left(80)), true);
        m_key = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &) override
    {
        return refuse(QStringLiteral("is not JSON at byte %1").arg(position));
    }

private:
    bool refuse(const QString &why, bool atValue = false)
    {
        if (m_document.fault)
            return false;
        QString where;
        if (atValue) {
            m_document.faultPath = path();
            where = QStringLiteral(" at ")
                + (m_document.faultPath->isEmpty() ? QStringLiteral("/") : *m_document.faultPath);
        }
        m_document.fault = makeError(Error::Kind::Protocol, m_document.what + QLatin1Char(' ') + why + where);
        return false;
    }
    /// The pointer to the value that is open.
    QString path() const
    {
        QString pointer;
        for (size_t i = 0; i + 1 < m_open.size(); ++i) {
            const Node &node = *m_open[i];
            if (node.type == Type::Array)
                pointer += QStringLiteral("/%1").arg(node.items.size() - 1);
            else
                pointer += QLatin1Char('/') + QString::fromStdString(node.members.back().first).left(80);
        }
        return pointer;
    }
    Node *place(Node node)
    {
        if (m_open.empty()) {
            m_document.root = std::move(node);
            return &m_document.root;
        }
        Node &parent = *m_open.back();
        if (parent.type == Type::Array)
            return &parent.items.emplace_back(std::move(node));
        return &parent.members.emplace_back(std::move(m_key), std::move(node)).second;
    }
    bool add(Node node)
    {
        place(std::move(node));
        return true;
    }
    bool open(Node node)
    {
        if (int(m_open.size()) >= m_limits.depth)
            return refuse(QStringLiteral("is nested deeper than %1 levels").arg(m_limits.depth), true);
        m_open.push_back(place(std::move(node)));
        m_keys.emplace_back();
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        m_keys.pop_back();
        return true;
    }

    Document &m_document;
    JsonLimits m_limits;
    std::vector<Node *> m_open;
    std::vector<std::unordered_set<std::string>> m_keys;
    std::string m_key;
};

JsonReader::JsonReader(std::shared_ptr<Document> document, const void *node, QString root)
    : m_document(std::move(document))
    , m_node(node)
    , m_root(std::move(root))
{
}

JsonReader JsonReader::parse(const QByteArray &bytes, const QString &what, JsonLimits limits)
{
    auto document = std::make_shared<Document>();
    document->what = what;
    if (bytes.size() > limits.bytes) {
        document->fault =
            makeError(Error::Kind::Protocol, QStringLiteral("%1 is larger than %2 bytes").arg(what).arg(limits.bytes));
    } else {
        Document::Builder builder(*document, limits);
        nlohmann::json::sax_parse(bytes.constData(), bytes.constData() + bytes.size(), &builder);
    }
    if (document->fault)
        document->root = {};
    const void *root = &document->root;
    return JsonReader(std::move(document), root, {});
}

const void *JsonReader::find(const QString &path) const
{
    auto *node = static_cast<const Node *>(m_node);
    if (path.isEmpty() || !node)
        return node;
    const QStringList steps = path.mid(1).split(QLatin1Char('/'));
    for (QString step : steps) {
        step.replace(QLatin1String("~1"), QLatin1String("/")).replace(QLatin1String("~0"), QLatin1String("~"));
        if (node->type == Node::Type::Object) {
            node = node->member(step.toStdString());
        } else if (node->type == Node::Type::Array) {
            bool number = false;
            const uint index = step.toUInt(&number);
            node = number && index < node->items.size() ? &node->items[index] : nullptr;
        } else {
            node = nullptr;
        }
        if (!node)
            return nullptr;
    }
    return node;
}

bool JsonReader::has(const QString &path) const
{
    auto *node = static_cast<const Node *>(find(path));
    return node && node->type != Node::Type::Null;
}

void JsonReader::fault(const QString &path, const QString &message)
{
    if (!m_document->fault) {
        const QString where = m_root + path;
        m_document->faultPath = where;
        m_document->fault =
            makeError(Error::Kind::Protocol,
                      QStringLiteral("%1 %2 at %3")
                          .arg(m_document->what, message, where.isEmpty() ? QStringLiteral("/") : where));
    }
}

std::optional<QString> JsonReader::optionalText(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type == Node::Type::Null)
        return std::nullopt;
    if (node->type != Node::Type::String) {
        fault(path, QStringLiteral("has no string"));
        return std::nullopt;
    }
    return QString::fromUtf8(node->text.data(), qsizetype(node->text.size()));
}

std::optional<QString> JsonReader::optionalId(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type == Node::Type::Null)
        return std::nullopt;
    if (node->type != Node::Type::String && node->type != Node::Type::Integer) {
        fault(path, QStringLiteral("has no id (a string or a whole number)"));
        return std::nullopt;
    }
    return QString::fromUtf8(node->text.data(), qsizetype(node->text.size()));
}

std::optional<qint64> JsonReader::optionalInteger(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type == Node::Type::Null)
        return std::nullopt;
    bool fits = false;
    const qint64 value =
        node->type == Node::Type::Integer ? QByteArray::fromStdString(node->text).toLongLong(&fits) : 0;
    if (!fits) {
        fault(path, QStringLiteral("has no whole number of 64 bits"));
        return std::nullopt;
    }
    return value;
}

std::optional<double> JsonReader::optionalNumber(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type == Node::Type::Null)
        return std::nullopt;
    if (node->type != Node::Type::Integer && node->type != Node::Type::Number) {
        fault(path, QStringLiteral("has no number"));
        return std::nullopt;
    }
    return QByteArray::fromStdString(node->text).toDouble();
}

std::optional<bool> JsonReader::optionalBoolean(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type == Node::Type::Null)
        return std::nullopt;
    if (node->type != Node::Type::Boolean) {
        fault(path, QStringLiteral("has no true or false"));
        return std::nullopt;
    }
    return node->boolean;
}

namespace {

template <class T>
T requiredValue(JsonReader &reader, std::optional<T> value, const QString &path, const QString &message)
{
    if (!value)
        reader.fault(path, message);
    return value.value_or(T{});
}

} // namespace

QString JsonReader::text(const QString &path)
{
    return requiredValue(*this, optionalText(path), path, QStringLiteral("has no string"));
}

QString JsonReader::id(const QString &path)
{
    return requiredValue(*this, optionalId(path), path, QStringLiteral("has no id (a string or a whole number)"));
}

qint64 JsonReader::integer(const QString &path)
{
    return requiredValue(*this, optionalInteger(path), path, QStringLiteral("has no whole number of 64 bits"));
}

double JsonReader::number(const QString &path)
{
    return requiredValue(*this, optionalNumber(path), path, QStringLiteral("has no number"));
}

bool JsonReader::boolean(const QString &path)
{
    return requiredValue(*this, optionalBoolean(path), path, QStringLiteral("has no true or false"));
}

std::vector<JsonReader> JsonReader::array(const QString &path)
{
    if (!has(path))
        fault(path, QStringLiteral("has no list"));
    return optionalArray(path);
}

std::vector<JsonReader> JsonReader::optionalArray(const QString &path)
{
    std::vector<JsonReader> readers;
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type == Node::Type::Null)
        return readers;
    if (node->type != Node::Type::Array) {
        fault(path, QStringLiteral("has no list"));
        return readers;
    }
    readers.reserve(node->items.size());
    for (size_t i = 0; i < node->items.size(); ++i)
        readers.push_back(JsonReader(m_document, &node->items[i], QStringLiteral("%1%2/%3").arg(m_root, path).arg(i)));
    return readers;
}

JsonReader JsonReader::object(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type != Node::Type::Object) {
        fault(path, QStringLiteral("has no object"));
        node = nullptr;
    }
    return JsonReader(m_document, node, m_root + path);
}

JsonReader JsonReader::below(const QString &path)
{
    auto *node = static_cast<const Node *>(find(path));
    if (!node)
        fault(path, QStringLiteral("has nothing"));
    return JsonReader(m_document, node, m_root + path);
}

QStringList JsonReader::keys(const QString &path)
{
    QStringList names;
    auto *node = static_cast<const Node *>(find(path));
    if (!node || node->type != Node::Type::Object) {
        fault(path, QStringLiteral("has no object"));
        return names;
    }
    for (const auto &member : node->members)
        names << QString::fromStdString(member.first);
    return names;
}

QJsonValue JsonReader::value(const QString &path) const
{
    auto *node = static_cast<const Node *>(find(path));
    return node ? toQt(*node) : QJsonValue(QJsonValue::Undefined);
}

std::optional<QString> JsonReader::faultPath() const { return m_document->faultPath; }

bool JsonReader::ok() const { return !m_document->fault; }

Error JsonReader::error() const
{
    return m_document->fault.value_or(makeError(Error::Kind::Protocol, m_document->what + QStringLiteral(" is fine")));
}

} // namespace patchbay
