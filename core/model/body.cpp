#include "core/model/body.h"

#include "core/base/json_reader.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <array>
#include <functional>

namespace patchbay {

namespace {

// Short keys: every stored message carries this document.
constexpr std::array<const char *, 6> bodyKindNames{"p", "li", "quote", "pre", "img", "hr"};
constexpr std::array<const char *, 3> bodyPartNames{"text", "quoted", "signature"};

template <size_t Count> int bodyIndexOf(const std::array<const char *, Count> &names, const QString &name)
{
    for (size_t i = 0; i < Count; ++i) {
        if (name == QLatin1String(names[i]))
            return int(i);
    }
    return -1;
}

QJsonObject runToJson(const BodyRun &run)
{
    QJsonObject json{{QStringLiteral("t"), run.text}};
    if (run.bold)
        json.insert(QStringLiteral("b"), true);
    if (run.italic)
        json.insert(QStringLiteral("i"), true);
    if (!run.href.isEmpty())
        json.insert(QStringLiteral("a"), run.href);
    return json;
}

QJsonObject blockToJson(const BodyBlock &block)
{
    QJsonObject json{{QStringLiteral("k"), QLatin1String(bodyKindNames[size_t(block.kind)])}};
    if (block.part != BodyBlock::Part::Text)
        json.insert(QStringLiteral("part"), QLatin1String(bodyPartNames[size_t(block.part)]));
    if (block.depth)
        json.insert(QStringLiteral("d"), block.depth);
    if (block.number)
        json.insert(QStringLiteral("n"), block.number);
    if (!block.cid.isEmpty())
        json.insert(QStringLiteral("cid"), block.cid);
    if (!block.runs.empty()) {
        QJsonArray runs;
        for (const BodyRun &run : block.runs)
            runs.append(runToJson(run));
        json.insert(QStringLiteral("r"), runs);
    }
    return json;
}

BodyBlock blockFromReader(JsonReader &in)
{
    BodyBlock block;
    const int kind = bodyIndexOf(bodyKindNames, in.text(QStringLiteral("/k")));
    const int part =
        bodyIndexOf(bodyPartNames, in.optionalText(QStringLiteral("/part")).value_or(QStringLiteral("text")));
    if (kind < 0 || part < 0) {
        in.fault({}, QStringLiteral("has a block of unknown kind"));
        return block;
    }
    block.kind = BodyBlock::Kind(kind);
    block.part = BodyBlock::Part(part);
    block.depth = int(in.optionalInteger(QStringLiteral("/d")).value_or(0));
    block.number = int(in.optionalInteger(QStringLiteral("/n")).value_or(0));
    block.cid = in.optionalText(QStringLiteral("/cid")).value_or(QString());
    for (JsonReader &runIn : in.optionalArray(QStringLiteral("/r"))) {
        BodyRun run;
        run.text = runIn.text(QStringLiteral("/t"));
        run.bold = runIn.optionalBoolean(QStringLiteral("/b")).value_or(false);
        run.italic = runIn.optionalBoolean(QStringLiteral("/i")).value_or(false);
        run.href = runIn.optionalText(QStringLiteral("/a")).value_or(QString());
        block.runs.push_back(std::move(run));
    }
    return block;
}

QString joinedText(const Body &body, const std::function<bool(const BodyBlock &)> &wanted)
{
    QString text;
    for (const BodyBlock &block : body.blocks) {
        if (!wanted(block))
            continue;
        if (!text.isEmpty())
            text += QLatin1Char('\n');
        for (const BodyRun &run : block.runs)
            text += run.text;
    }
    return text;
}

} // namespace

QByteArray toBytes(const Body &body)
{
    QJsonArray blocks;
    for (const BodyBlock &block : body.blocks)
        blocks.append(blockToJson(block));
    QJsonObject json{{QStringLiteral("blocks"), blocks}};
    if (!body.notice.isEmpty())
        json.insert(QStringLiteral("notice"), body.notice);
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

Result<Body> bodyFromBytes(const QByteArray &bytes)
{
    JsonReader in = JsonReader::parse(bytes, QStringLiteral("stored message body"));
    Body body;
    body.notice = in.optionalText(QStringLiteral("/notice")).value_or(QString());
    for (JsonReader &blockIn : in.array(QStringLiteral("/blocks")))
        body.blocks.push_back(blockFromReader(blockIn));
    return in.finish(body);
}

QString plainText(const Body &body)
{
    return joinedText(body, [](const BodyBlock &) { return true; });
}

QString plainText(const Body &body, BodyBlock::Part only)
{
    return joinedText(body, [only](const BodyBlock &block) { return block.part == only; });
}

} // namespace patchbay
