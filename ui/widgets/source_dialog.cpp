#include "ui/widgets/source_dialog.h"

#include "ui/models/when_done.h"
#include "ui/widgets/plain.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QPromise>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QThreadPool>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr qsizetype sourceLimit = 1024 * 1024;
constexpr int sourceLongestLine = 2000;

Result<QString> saveTo(const QString &path, const QByteArray &hash, const BlobStore &files)
{
    const Result<QByteArray> bytes = files.get(hash);
    if (!bytes)
        return bytes.error();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(*bytes) != bytes->size() || !file.commit())
        return makeError(
            Error::Kind::Storage,
            QStringLiteral("%1 could not be written: %2").arg(QDir::toNativeSeparators(path), file.errorString()));
    return QDir::toNativeSeparators(path);
}

} // namespace

QString sourceText(const QByteArray &raw)
{
    const QString all = QString::fromUtf8(raw.left(sourceLimit));
    QString shown;
    shown.reserve(all.size());
    int column = 0;
    for (const QChar c : all) {
        if (c == QLatin1Char('\r'))
            continue;
        column = c == QLatin1Char('\n') ? 0 : column + 1;
        if (column > sourceLongestLine) {
            shown += QLatin1Char('\n'); // one endless line costs a text widget a minute
            column = 1;
        }
        const bool control = (c.category() == QChar::Other_Control && c != QLatin1Char('\n') && c != QLatin1Char('\t'))
            || c.category() == QChar::Other_Format;
        shown += control ? QChar(0xfffd) : c;
    }
    if (raw.size() > sourceLimit)
        shown += QStringLiteral("\n…");
    return shown;
}

void showSourceDialog(QWidget *parent, const QString &title, const QByteArray &raw)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(820, 600);
    auto *text = new QPlainTextEdit(dialog);
    text->setReadOnly(true);
    text->setProperty("mode", QStringLiteral("source"));
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setAccessibleName(title);
    text->setPlainText(sourceText(raw));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(
        plainLabel(QDialog::tr("The bytes as they came in. Nothing here is run or loaded."), "muted", dialog, true));
    layout->addWidget(text, 1);
    layout->addWidget(buttons);
    dialog->open();
}

void chooseAndSave(QWidget *parent, const Attachment &attachment, BlobStore &files,
                   std::function<void(const Result<QString> &)> answered)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    // The name came from outside: its last part only.
    const QString name = QFileInfo(attachment.name).fileName();
    auto *dialog = new QFileDialog(parent, QFileDialog::tr("Save attachment"), folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent,
                     [parent, &files, hash = attachment.sha256, answered = std::move(answered)](const QString &path) {
                         auto promise = std::make_shared<QPromise<Result<QString>>>();
                         promise->start();
                         whenDone(parent, promise->future(), answered);
                         QThreadPool::globalInstance()->start([promise, path, hash, &files] {
                             promise->addResult(saveTo(path, hash, files));
                             promise->finish();
                         });
                     });
    dialog->open();
}

} // namespace patchbay
