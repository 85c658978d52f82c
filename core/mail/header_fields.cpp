#include "core/mail/header_fields.h"

#include "core/mail/limits.h"

namespace patchbay::mail {

namespace {

QByteArrayView lineAt(QByteArrayView bytes, qsizetype from, qsizetype next)
{
    QByteArrayView line = bytes.sliced(from, next - from);
    if (line.endsWith('\n'))
        line.chop(1);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

/// The length of the field name, -1 when the line does not begin a field. Blanks before the colon are an old habit.
qsizetype fieldNameLength(QByteArrayView line)
{
    if (line.startsWith("--")) // a delimiter of the multipart around it
        return -1;
    qsizetype length = 0;
    while (length < line.size() && uchar(line.at(length)) > 32 && uchar(line.at(length)) < 127
           && line.at(length) != ':')
        ++length;
    qsizetype colon = length;
    while (colon < line.size() && (line.at(colon) == ' ' || line.at(colon) == '\t'))
        ++colon;
    return length > 0 && length <= 200 && colon < line.size() && line.at(colon) == ':' ? length : -1;
}

qsizetype skipToFirstField(QByteArrayView bytes, bool isMessage)
{
    qsizetype at = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    while (isMessage && at < bytes.size()) {
        const qsizetype next = nextLine(bytes, at);
        const QByteArrayView line = lineAt(bytes, at, next);
        if (!line.isEmpty() && !line.startsWith("From ") && !line.startsWith(">From "))
            break;
        at = next;
    }
    return at;
}

} // namespace

qsizetype nextLine(QByteArrayView bytes, qsizetype from)
{
    const qsizetype feed = bytes.indexOf('\n', from);
    return feed < 0 ? bytes.size() : feed + 1;
}

QByteArray HeaderBlock::value(QByteArrayView name, bool *found) const
{
    for (const HeaderField &field : fields) {
        if (field.name == name) {
            if (found)
                *found = true;
            return field.value;
        }
    }
    if (found)
        *found = false;
    return {};
}

QList<QByteArray> HeaderBlock::values(QByteArrayView name) const
{
    QList<QByteArray> all;
    for (const HeaderField &field : fields) {
        if (field.name == name)
            all.append(field.value);
    }
    return all;
}

HeaderBlock readHeaders(QByteArrayView bytes, bool isMessage)
{
    HeaderBlock block;
    qsizetype at = skipToFirstField(bytes, isMessage);
    const qsizetype start = at;
    bool keeping = false; // whether continuation lines belong to a field that we keep
    while (at < bytes.size()) {
        const qsizetype next = nextLine(bytes, at);
        const QByteArrayView line = lineAt(bytes, at, next);
        if (line.isEmpty()) {
            at = next;
            break;
        }
        if (line.startsWith(' ') || line.startsWith('\t')) {
            if (keeping && block.fields.last().value.size() + line.size() < maxFieldBytes)
                block.fields.last().value.append("\r\n").append(line);
            else if (keeping)
                block.cut = true;
        } else if (const qsizetype length = fieldNameLength(line); length > 0) {
            keeping = block.fields.size() < maxHeaderFields && at - start < maxHeaderBytes;
            if (keeping) {
                const QByteArrayView value = line.sliced(line.indexOf(':') + 1);
                block.cut = block.cut || value.size() > maxFieldBytes;
                block.fields.append({line.first(length).toByteArray().toLower(),
                                     value.first(qMin(value.size(), maxFieldBytes)).toByteArray()});
            } else {
                block.cut = true;
            }
        } else if (!line.startsWith(">From ") && !line.startsWith("From ")) {
            break; // somebody forgot the blank line: what cannot be a field is text
        }
        at = next;
    }
    block.bodyOffset = at;
    return block;
}

QByteArray unfolded(const QByteArray &value)
{
    QByteArray line = value;
    line.replace("\r\n", "");
    line.replace('\n', ' ').replace('\r', ' ').replace('\0', ' ');
    return line.trimmed();
}

} // namespace patchbay::mail
