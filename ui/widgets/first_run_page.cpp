#include "ui/widgets/first_run_page.h"

#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

FirstRunPage::FirstRunPage(QWidget *parent)
    : QWidget(parent)
{
    setProperty("surface", QStringLiteral("base"));
    setAttribute(Qt::WA_StyledBackground);
    auto *column = new QVBoxLayout;
    column->setSpacing(12);
    column->addWidget(plainLabel(tr("Welcome to Patchbay"), "title", this));
    column->addWidget(plainLabel(
        tr("One inbox for every channel. Each message comes with a suggestion that explains itself, and one key "
           "accepts it. The workspace is a folder on this computer."),
        "muted", this, true));
    column->addSpacing(8);
    const auto choice = [&](Glyph glyph, const QString &title, const QString &detail, void (FirstRunPage::*signal)()) {
        auto *button = textButton(title + QLatin1Char('\n') + detail, "choice", this);
        button->setIcon(glyphIcon(glyph));
        button->setIconSize({26, 26});
        button->setMinimumHeight(66);
        connect(button, &QPushButton::clicked, this, signal);
        column->addWidget(button);
    };
    choice(Glyph::Mail, tr("Connect a mailbox"), tr("IMAP and SMTP; nothing is changed or marked over there"),
           &FirstRunPage::mailboxWanted);
    choice(Glyph::File, tr("Import files"), tr("mbox or eml: read history without connecting anything"),
           &FirstRunPage::importWanted);
    choice(Glyph::Sample, tr("Look around in a sample workspace"),
           tr("Invented messages in a workspace of their own, marked as such"), &FirstRunPage::sampleWanted);
    auto *outer = new QHBoxLayout(this);
    auto *middle = new QVBoxLayout;
    middle->addStretch(2);
    middle->addLayout(column);
    middle->addStretch(3);
    outer->addStretch(1);
    outer->addLayout(middle, 0);
    outer->addStretch(1);
    for (QLabel *label : findChildren<QLabel *>())
        label->setMinimumWidth(520);
}

} // namespace patchbay
