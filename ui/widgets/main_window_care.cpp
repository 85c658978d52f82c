#include "ui/models/workspace_care.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/person_dialog.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/workspace_page.h"

#include <QtCore/QDateTime>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QFileDialog>

namespace patchbay {

void MainWindow::registerCare()
{
    using Scope = ActionScope;
    m_care = new WorkspaceCare(m_ctx, this);
    const QString group = tr("Workspace");
    const auto idle = [this] { return !m_care->isBusy(); };
    const auto writable = [this] { return m_ctx.erasures && !m_care->isBusy(); };
    const auto known = [this] { return m_ctx.personData && m_triage.details() && !m_care->isBusy(); };
    const auto theirs = [this] { return m_triage.details() ? m_triage.details()->contact.uid : QString(); };
    addAction_("go.workspace", group, tr("Health, size and care"), {QStringLiteral("Ctrl+0")}, Scope::Everywhere,
               [this] { showPage(RailRow::Kind::Workspace); });
    addAction_(
        "workspace.backup", group, tr("Back up now…"), {}, Scope::Everywhere, [this] { backUp(); }, idle);
    addAction_(
        "workspace.compact", group, tr("Compact"), {}, Scope::Everywhere, [this] { m_care->compactNow(); }, writable);
    addAction_("workspace.check", group, tr("Check integrity"), {}, Scope::Everywhere,
               [this] { m_workspace->figures().checkNow(); });
    addAction_(
        "workspace.export_person", group, tr("Export a person's data…"), {}, Scope::Everywhere,
        [this] { openPerson(false, {}); }, idle);
    addAction_(
        "workspace.delete_person", group, tr("Delete a person's data…"), {}, Scope::Everywhere,
        [this] { openPerson(true, {}); }, writable);
    addAction_(
        "person.export", group, tr("Export this person's data…"), {}, Scope::Conversations,
        [this, theirs] { openPerson(false, theirs()); }, known);
    addAction_(
        "person.delete", group, tr("Delete this person's data…"), {}, Scope::Conversations,
        [this, theirs] { openPerson(true, theirs()); }, [known, writable] { return known() && writable(); });
    connect(m_care, &WorkspaceCare::said, this, [this](const QString &sentence) {
        Said said;
        said.text = sentence;
        m_toast->say(said);
    });
    connect(m_care, &WorkspaceCare::failed, this, [this](const QString &sentence) { m_toast->complain(sentence); });
}

void MainWindow::openPerson(bool deletes, const QString &whom)
{
    auto *dialog = new PersonDialog(deletes ? PersonDialog::Purpose::Delete : PersonDialog::Purpose::Export, m_ctx,
                                    *m_care, whom, this);
    dialog->open();
}

void MainWindow::backUp()
{
    const auto elsewhere = [this] {
        auto *dialog = new QFileDialog(this, tr("Back up into a new folder"),
                                       QStandardPaths::writableLocation(QStandardPaths::HomeLocation));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setFileMode(QFileDialog::AnyFile);
        dialog->setOption(QFileDialog::DontConfirmOverwrite); // nothing is written over: it is refused with a sentence
        dialog->selectFile(QStringLiteral("patchbay-%1.patchbay")
                               .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmm"))));
        connect(dialog, &QFileDialog::fileSelected, m_care, &WorkspaceCare::backUp);
        dialog->open();
    };
    if (m_ctx.store.isShared())
        return elsewhere();
    askChoice(this, tr("Back up now"),
              tr("A copy of everything, while you go on working. One on another disk survives the loss of this one."),
              {tr("Into the workspace's own backups"), tr("Into another folder…")}, [this, elsewhere](int answer) {
                  if (answer == 0)
                      m_care->backUp({});
                  else
                      elsewhere();
              });
}

} // namespace patchbay
