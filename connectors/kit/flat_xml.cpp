#include "connectors/kit/flat_xml.h"

#include <QtCore/QStringList>
#include <QtCore/QXmlStreamReader>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostXmlElements = 300;
constexpr qsizetype mostXmlLevels = 8;

Error notFlatXml(const QString &why)
{
    return makeError(Error::Kind::Protocol, u"The XML is not read: %1."_s.arg(why));
}

} // namespace

Result<QHash<QString, QString>> flatXml(const QByteArray &bytes)
{
    QXmlStreamReader in(bytes);
    in.setEntityExpansionLimit(0);
    QHash<QString, QString> fields;
    QStringList place;
    QString text;
    int elements = 0;
    while (!in.atEnd()) {
        switch (in.readNext()) {
        case QXmlStreamReader::DTD: return notFlatXml(u"it has a document type"_s);
        case QXmlStreamReader::StartElement:
            place.append(in.name().toString());
            text.clear();
            if (++elements > mostXmlElements || place.size() > mostXmlLevels)
                return notFlatXml(u"it is too large or too deep"_s);
            break;
        case QXmlStreamReader::Characters: text += in.text(); break;
        case QXmlStreamReader::EndElement: {
            const QString name = place.mid(1).join(u'/');
            if (!name.isEmpty() && !fields.contains(name))
                fields.insert(name, text);
            text.clear();
            place.removeLast();
            break;
        }
        default: break;
        }
    }
    if (in.hasError())
        return notFlatXml(in.errorString());
    return fields;
}

} // namespace patchbay
