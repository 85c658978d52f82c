#pragma once

#include "core/mail/html_body.h"
#include "core/mail/mail.h"

#include <QtCore/QJsonDocument>
#include <QtTest/QtTest>

namespace patchbay::tests {

/// A mail from these header lines and this body, with LF line ends.
inline QByteArray rawMail(const QByteArray &headers, const QByteArray &body = "Hello\n")
{
    return headers + (headers.endsWith('\n') ? "\n" : "\n\n") + body;
}

/// A mail with sender, and the given headers below.
inline QByteArray mailWith(const QByteArray &headers, const QByteArray &body = "Hello\n")
{
    return rawMail("From: Ana <ana@example.org>\n" + headers, body);
}

/// The parsed mail; a mail that cannot be parsed fails the test and gives an empty one.
inline InboundMessage parsed(const QByteArray &raw, const QString &own = QStringLiteral("desk@example.com"))
{
    Result<InboundMessage> result = parseMail(raw, own);
    if (!result) {
        QTest::qFail(qPrintable(result.error().message), __FILE__, __LINE__);
        return {};
    }
    return *result;
}

/// The body as lines "p|text", "li1.2|text", "q2|text", for comparing structure; links as text<href>.
inline QStringList outline(const Body &body)
{
    static const char *const kinds[] = {"p", "li", "q", "pre", "img", "hr"};
    static const char *const parts[] = {"", "Q:", "S:"};
    QStringList lines;
    for (const BodyBlock &block : body.blocks) {
        QString line = QLatin1String(parts[int(block.part)]) + QLatin1String(kinds[int(block.kind)]);
        if (block.depth > 0)
            line += QString::number(block.depth);
        if (block.number > 0)
            line += QLatin1Char('.') + QString::number(block.number);
        line += QLatin1Char('|') + block.cid;
        for (const BodyRun &run : block.runs)
            line += run.text + (run.href.isEmpty() ? QString() : QLatin1Char('<') + run.href + QLatin1Char('>'));
        lines << line;
    }
    return lines;
}

/// What the author wrote, by the marks of the body.
inline QString ownWords(const Body &body) { return plainText(body, BodyBlock::Part::Text).trimmed(); }

} // namespace patchbay::tests
