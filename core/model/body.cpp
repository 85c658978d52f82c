#include "core/model/body.h"

#include "core/base/json_reader.h"
#include "core/base/json_writer.h"

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

void writeRun(JsonWriter &out, const BodyRun &run)
{
    out.beginObject();
    if (!run.href.isEmpty())
        out.key(u"a").text(run.href);
    if (run.bold)
        out.key(u"b").boolean(true);
    if (run.code)
        out.key(u"c").boolean(true);
    if (run.italic)
        out.key(u"i").boolean(true);
    if (run.strike)
        out.key(u"s").boolean(true);
    out.key(u"t").text(run.text).endObject();
}

void writeBlock(JsonWriter &out, const BodyBlock &block)
{
    out.beginObject();
    if (!block.cid.isEmpty())
        out.key(u"cid").text(block.cid);
    if (block.depth)
        out.key(u"d").integer(block.depth);
    out.key(u"k").text(QString::fromLatin1(bodyKindNames[size_t(block.kind)]));
    if (block.number)
        out.key(u"n").integer(block.number);
    if (block.part != BodyBlock::Part::Text)
        out.key(u"part").text(QString::fromLatin1(bodyPartNames[size_t(block.part)]));
    if (!block.runs.empty()) {
        out.key(u"r").beginArray();
        for (const BodyRun &run : block.runs)
            writeRun(out, run);
        out.endArray();
    }
    out.endObject();
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
        run.strike = runIn.optionalBoolean(QStringLiteral("/s")).value_or(false);
        run.code = runIn.optionalBoolean(QStringLiteral("/c")).value_or(false);
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

bool looksLike(const BodyRun &one, const BodyRun &other)
{
    return one.bold == other.bold && one.italic == other.italic && one.strike == other.strike && one.code == other.code
        && one.href == other.href;
}

QByteArray toBytes(const Body &body)
{
    JsonWriter out;
    out.beginObject().key(u"blocks").beginArray();
    for (const BodyBlock &block : body.blocks)
        writeBlock(out, block);
    out.endArray();
    if (!body.notice.isEmpty())
        out.key(u"notice").text(body.notice);
    out.endObject();
    return std::move(out).take().toUtf8();
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
