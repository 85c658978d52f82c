#pragma once

#include "core/ports/catalog.h"

#include <QtCore/QFile>

namespace patchbay::tests {

/// A table of lines "name;text", as a format: what the window needs of one, without the connectors.
inline Result<ImportPreview> previewLines(const ImportSource &source)
{
    QFile file(source.path);
    if (!file.open(QIODevice::ReadOnly) || file.size() == 0)
        return makeError(Error::Kind::Protocol, QStringLiteral("The table is empty."));
    ImportPreview preview;
    preview.header = {QStringLiteral("Who"), QStringLiteral("What")};
    while (!file.atEnd() && preview.rows.size() < 5)
        preview.rows.push_back(QString::fromUtf8(file.readLine().trimmed()).split(QLatin1Char(';')));
    preview.columns.insert(QStringLiteral("text"), QStringLiteral("What"));
    return preview;
}

inline Result<Done> readLines(const ImportSource &source, const ImportEach &each)
{
    QFile file(source.path);
    if (!file.open(QIODevice::ReadOnly))
        return makeError(Error::Kind::NotFound, QStringLiteral("The file cannot be opened."));
    int number = 0;
    while (!file.atEnd()) {
        RawItem item;
        item.raw = file.readLine().trimmed();
        item.sourceKey = QStringLiteral("lines:%1").arg(++number);
        if (!each(std::move(item), file.pos()))
            break;
    }
    return Done{};
}

inline Result<InboundMessage> parseLine(const RawItem &item, const AccountConfig &)
{
    const QStringList cells = QString::fromUtf8(item.raw).split(QLatin1Char(';'));
    if (cells.size() != 2)
        return makeError(Error::Kind::Protocol, QStringLiteral("This line has no text in it."));
    InboundMessage message;
    message.dedupeKey = item.sourceKey;
    message.threadKey = cells.at(0);
    message.from.address = cells.at(0);
    message.text = cells.at(1);
    message.body.blocks.push_back({.runs = {{.text = cells.at(1)}}});
    return message;
}

/// The connector "file" with two formats: that table, and a chat that asks for a name.
inline ChatConnectorInfo lineConnector()
{
    ImportFormat table;
    table.id = QStringLiteral("csv");
    table.title = QStringLiteral("Table (CSV, TSV)");
    table.columns = {QStringLiteral("text"), QStringLiteral("time"), QStringLiteral("name")};
    table.recognises = [](const QString &path, const QByteArray &) { return path.endsWith(QLatin1String(".csv")); };
    table.read = &readLines;
    table.preview = &previewLines;
    ImportFormat chat;
    chat.id = QStringLiteral("whatsapp");
    chat.title = QStringLiteral("WhatsApp chat (.txt)");
    FormField own;
    own.key = QStringLiteral("own");
    own.label = QStringLiteral("Your name in it");
    own.help = QStringLiteral("What is written under this name is shown as sent by you");
    own.required = false;
    chat.form = {own};
    chat.recognises = [](const QString &path, const QByteArray &) { return path.endsWith(QLatin1String(".txt")); };
    chat.read = &readLines;
    ChatConnectorInfo info;
    info.id = QStringLiteral("file");
    info.title = QStringLiteral("Imported files");
    info.canSend = false;
    info.parse = &parseLine;
    info.formats = {table, chat};
    return info;
}

} // namespace patchbay::tests
