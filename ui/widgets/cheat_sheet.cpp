#include "ui/widgets/cheat_sheet.h"

#include "ui/models/action_registry.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace patchbay {

CheatSheet::CheatSheet(const ActionRegistry &actions, QWidget *parent)
    : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("All keys"));
    QStringList groups;
    for (const ConsoleAction &action : actions.all()) {
        if (!action.keys.isEmpty() && !groups.contains(action.group))
            groups << action.group;
    }
    auto *columns = new QHBoxLayout;
    columns->setSpacing(34);
    QGridLayout *grid = nullptr;
    for (int i = 0; i < groups.size(); ++i) {
        if (i < 3) {
            grid = new QGridLayout;
            grid->setHorizontalSpacing(12);
            grid->setVerticalSpacing(5);
            grid->setColumnStretch(1, 1);
            columns->addLayout(grid);
        } else {
            grid->setRowMinimumHeight(grid->rowCount(), 14);
        }
        int row = grid->rowCount();
        grid->addWidget(plainLabel(groups[i], "heading", this), row++, 0, 1, 2);
        for (const ConsoleAction &action : actions.all()) {
            if (action.group != groups[i] || action.keys.isEmpty())
                continue;
            QStringList keys;
            for (const QString &key : action.keys)
                keys << chordText(chordFromText(key));
            grid->addWidget(plainLabel(keys.join(QStringLiteral(" / ")), "chip", this), row, 0, Qt::AlignLeft);
            grid->addWidget(plainLabel(action.title, "", this), row++, 1);
        }
    }
    for (int i = 0; i < columns->count(); ++i) {
        if (auto *each = qobject_cast<QGridLayout *>(columns->itemAt(i)->layout()))
            each->setRowStretch(each->rowCount(), 1);
    }
    auto *close = textButton(tr("Close"), "normal", this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 20, 24, 16);
    layout->addWidget(
        plainLabel(tr("Letters act while you are not writing, on every keyboard layout."), "muted", this));
    layout->addSpacing(8);
    layout->addLayout(columns, 1);
    layout->addWidget(close, 0, Qt::AlignRight);
}

} // namespace patchbay
