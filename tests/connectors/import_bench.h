#pragma once

#include "connectors/kit/services.h"
#include "support/test_main.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

namespace patchbay::tests {

/// Files in a folder of their own, read by the formats of the connector "file" as an import does.
class ImportBench {
public:
    struct Item {
        RawItem raw = {};
        Result<InboundMessage> message;
    };

    QString path(const QString &name) const { return m_folder.filePath(name); }
    QString write(const QString &name, const QByteArray &bytes) const
    {
        const QString at = path(name);
        QDir().mkpath(QFileInfo(at).path());
        QFile file(at);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(at));
        return at;
    }

    const ChatConnectorInfo &info() const { return *m_catalog.chat(QStringLiteral("file")); }
    const ImportFormat &format(const QString &id) const
    {
        for (const ImportFormat &format : info().formats) {
            if (format.id == id)
                return format;
        }
        qFatal("no format %s", qPrintable(id));
    }
    /// The first format that recognises it.
    QString recognised(const QString &path) const
    {
        QFile file(path);
        const QByteArray start =
            QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly) ? file.read(65536) : QByteArray();
        for (const ImportFormat &format : info().formats) {
            if (format.recognises(path, start))
                return format.id;
        }
        return {};
    }

    /// Reads and parses everything; `failure` has the error of the whole source.
    std::vector<Item> read(const QString &id, const QString &path, const QJsonObject &settings = {})
    {
        std::vector<Item> items;
        failure.clear();
        const ImportEach each = [&](RawItem raw, qint64) {
            Result<InboundMessage> message = info().parse(raw, AccountConfig());
            items.push_back({std::move(raw), std::move(message)});
            return true;
        };
        const Result<Done> done = format(id).read({path, settings}, each);
        if (!done)
            failure = done.error().message;
        return items;
    }
    /// The same, where each item is expected to be readable.
    std::vector<InboundMessage> messages(const QString &id, const QString &path, const QJsonObject &settings = {})
    {
        std::vector<InboundMessage> all;
        for (const Item &item : read(id, path, settings)) {
            if (!item.message)
                QTest::qFail(qPrintable(item.message.error().message), __FILE__, __LINE__);
            all.push_back(item.message.ok() ? *item.message : InboundMessage());
        }
        if (!failure.isEmpty())
            QTest::qFail(qPrintable(failure), __FILE__, __LINE__);
        return all;
    }
    static QStringList keys(const std::vector<Item> &items)
    {
        QStringList all;
        for (const Item &item : items)
            all << item.raw.sourceKey;
        return all;
    }

    QString failure;

private:
    QTemporaryDir m_folder;
    Catalog m_catalog = makeCatalog(ConnectorServices());
};

} // namespace patchbay::tests
