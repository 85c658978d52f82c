#include "ui/widgets/setup_page.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QTextBlock>
#include <QtGui/QTextDocument>

namespace patchbay {

SetupPage::SetupPage(const QString &markdown, QWidget *parent)
    : QTextEdit(parent)
{
    setReadOnly(true);
    setTabChangesFocus(true);
    setAccessibleName(tr("How to set it up"));
    setMinimumWidth(330);
    document()->setMarkdown(QCoreApplication::translate("form", markdown.toUtf8().constData()),
                            QTextDocument::MarkdownNoHTML);
    document()->setDocumentMargin(12);
    document()->setIndentWidth(16);
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() == 0)
            continue;
        QTextCursor heading(block);
        heading.select(QTextCursor::BlockUnderCursor);
        QTextCharFormat format;
        format.setProperty(QTextFormat::FontSizeAdjustment, 0); // bold is enough in a column this narrow
        heading.mergeCharFormat(format);
    }
    moveCursor(QTextCursor::Start);
}

QVariant SetupPage::loadResource(int, const QUrl &) { return {}; }

} // namespace patchbay
