// Files that come into the window: chosen, or dropped on it.
#include "ui/widgets/import_dialog.h"
#include "ui/widgets/imports_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/toast.h"

#include <QtCore/QMimeData>
#include <QtCore/QStandardPaths>
#include <QtCore/QUrl>
#include <QtGui/QDropEvent>
#include <QtWidgets/QFileDialog>

namespace patchbay {

namespace {

QStringList droppedFiles(const QMimeData *data)
{
    QStringList files;
    for (const QUrl &url : data->urls()) {
        if (url.isLocalFile())
            files << url.toLocalFile();
    }
    return files;
}

} // namespace

void MainWindow::chooseFiles(bool folder)
{
    auto *dialog = new QFileDialog(
        this, folder ? tr("Import a folder") : tr("Import files"),
        QStandardPaths::writableLocation(QStandardPaths::HomeLocation),
        tr("Mails, chats and tables (*.mbox *.mbx *.eml *.json *.jsonl *.txt *.csv *.tsv);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::importFiles);
    dialog->open();
}

void MainWindow::importFiles(const QStringList &paths)
{
    if (paths.isEmpty())
        return;
    auto *dialog = new ImportDialog(m_ctx, paths, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportDialog::wanted, &m_imports, &ImportRunner::start);
    dialog->open();
}

void MainWindow::showImports()
{
    auto *dialog = new ImportsDialog(m_ctx, m_imports, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!m_ctx.store.isReadOnly() && !droppedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    importFiles(droppedFiles(event->mimeData()));
    event->acceptProposedAction();
}

} // namespace patchbay
