#include "ui/widgets/work_pages.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/source_dialog.h"
#include "ui/widgets/state_page.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

namespace patchbay {

LocalTasksPage::LocalTasksPage(Triage &triage, QWidget *parent)
    : TablePage(tr("Local tasks"), tr("Tasks that are kept in this workspace, without another system."), parent)
    , m_triage(triage)
    , m_model(new LocalTasksModel(triage.context().store, this))
{
    setTable(m_model, {90, 300, 90, 150, 180, 90}, LocalTasksModel::Title);
    auto *withDone = new QCheckBox(tr("Show done"), this);
    connect(withDone, &QCheckBox::toggled, m_model, &LocalTasksModel::setWithDone);
    tools()->addWidget(withDone);
    connect(m_model, &LocalTasksModel::loaded, this, [this] {
        state()->show(Glyph::Tasks, tr("No open task"),
                      tr("Accepting a suggestion with Y makes one, when its route leads here."));
        showTable(m_model->rowCount(), m_model->total());
        currentRowChanged();
    });
    connect(m_model, &LocalTasksModel::failed, this, [this](const QString &why) {
        state()->show(Glyph::Warning, tr("The tasks could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        showTable(0, 0);
    });
    m_model->reload();
}

void LocalTasksPage::currentRowChanged()
{
    clearDetails();
    const LocalTask *task = m_model->at(currentRow());
    if (!task)
        return;
    details()->addWidget(plainLabel(words::oneLine(task->payload.title), "heading", this, true));
    details()->addWidget(
        plainLabel(tr("Made %1 for %2 <%3>")
                       .arg(words::fullTime(task->createdAt), words::oneLine(task->payload.contact.name),
                            words::oneLine(task->payload.contact.address)),
                   "muted", this, true));
    if (!task->payload.attachments.empty()) // they stay where they are
        details()->addWidget(plainLabel(
            tr("Files in the conversation: %1").arg(words::files(task->payload.attachments)), "muted", this, true));
    auto *row = new QHBoxLayout;
    auto *done = textButton(task->done ? tr("Open again") : tr("Done"), "primary", this);
    connect(done, &QPushButton::clicked, this,
            [this, id = task->id, to = !task->done] { m_triage.setLocalTaskDone(id, to); });
    row->addWidget(done);
    if (!task->payload.backLink.isEmpty()) {
        auto *open = textButton(tr("Open conversation"), "normal", this);
        connect(open, &QPushButton::clicked, this,
                [this, link = task->payload.backLink] { Q_EMIT backLinkWanted(link); });
        row->addWidget(open);
    }
    row->addStretch(1);
    details()->addLayout(row);
    auto *text = new QPlainTextEdit(this);
    text->setReadOnly(true);
    text->setProperty("mode", QStringLiteral("source"));
    text->setAccessibleName(tr("Description of the task"));
    text->setPlainText(sourceText(task->payload.description.toUtf8()));
    details()->addWidget(text, 1);
}

QuarantinePage::QuarantinePage(Triage &triage, QWidget *parent)
    : TablePage(tr("Could not be read"),
                tr("These came in and are kept, but could not be turned into messages. Nothing else waits for them."),
                parent)
    , m_triage(triage)
    , m_model(new QuarantineModel(triage.context().store, this))
{
    setTable(m_model, {110, 400, 240, 80}, QuarantineModel::Reason);
    connect(m_model, &QuarantineModel::loaded, this, [this] {
        state()->show(Glyph::Done, tr("Everything could be read"), {});
        showTable(m_model->rowCount(), m_model->total());
        currentRowChanged();
    });
    connect(m_model, &QuarantineModel::failed, this, [this](const QString &why) {
        state()->show(Glyph::Warning, tr("The list could not be read"), why, tr("Try again"),
                      [this] { m_model->reload(); });
        showTable(0, 0);
    });
    m_model->reload();
}

void QuarantinePage::currentRowChanged()
{
    clearDetails();
    const raw_messages::RawMessage *raw = m_model->at(currentRow());
    if (!raw)
        return;
    details()->addWidget(plainLabel(words::oneLine(raw->error, 400), "danger", this, true));
    auto *row = new QHBoxLayout;
    auto *again = textButton(tr("Read it again"), "primary", this);
    connect(again, &QPushButton::clicked, this, [this, id = raw->id] { m_triage.requeueRaw(id); });
    row->addWidget(again);
    row->addStretch(1);
    details()->addLayout(row);
    loadBytes(raw->id);
}

void QuarantinePage::loadBytes(RawMessageId id)
{
    auto *text = new QPlainTextEdit(this);
    text->setReadOnly(true);
    text->setProperty("mode", QStringLiteral("source"));
    text->setAccessibleName(tr("The bytes as they came in"));
    text->setPlainText(tr("Loading…"));
    details()->addWidget(text, 1);
    auto work = [id](Database &db) -> Result<QByteArray> {
        const std::optional<raw_messages::RawMessage> raw = raw_messages::byId(db, id);
        return db.finish(raw ? raw->item.raw : QByteArray());
    };
    whenDone(text, m_triage.context().store.read(std::move(work)), [text](const Result<QByteArray> &bytes) {
        text->setPlainText(bytes ? sourceText(*bytes) : bytes.error().message);
    });
}

} // namespace patchbay
