#include "ui/widgets/person_dialog.h"

#include "core/store/size.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtCore/QStandardPaths>
#include <QtCore/QTimer>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr int personDialogPause = 250; // while somebody types

QString personNumber(qint64 count) { return QLocale().toString(count); }

} // namespace

PersonDialog::PersonDialog(Purpose purpose, const ConsoleContext &context, WorkspaceCare &care, const QString &whom,
                           QWidget *parent)
    : QDialog(parent)
    , m_purpose(purpose)
    , m_context(context)
    , m_care(care)
    , m_whom(new QLineEdit(whom, this)) // before the buttons: that is the order of Tab
    , m_what(new QPlainTextEdit(this))
    , m_typeLabel(plainLabel({}, "muted", this, true))
    , m_typed(new QLineEdit(this))
    , m_refusal(plainLabel({}, "danger", this, true))
    , m_go(textButton(purpose == Purpose::Delete ? tr("Delete") : tr("Export…"),
                      purpose == Purpose::Delete ? "danger" : "primary", this))
    , m_pause(new QTimer(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(purpose == Purpose::Delete ? tr("Delete a person's data") : tr("Export a person's data"));
    resize(560, purpose == Purpose::Delete ? 520 : 420);
    m_whom->setAccessibleName(tr("Address of the person"));
    m_whom->setPlaceholderText(tr("Address, or the contact's uid"));
    m_what->setReadOnly(true);
    m_what->setAccessibleName(tr("What there is about this person"));
    m_typed->setAccessibleName(tr("Type the address to agree"));
    auto *cancel = textButton(tr("Cancel"), "normal", this);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(tr("Whose data"), "section", this));
    layout->addWidget(m_whom);
    layout->addWidget(m_what, 1);
    layout->addWidget(m_refusal);
    layout->addWidget(m_typeLabel);
    layout->addWidget(m_typed);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_go);
    layout->addLayout(buttons);
    m_typeLabel->setVisible(false);
    m_typed->setVisible(false);
    m_refusal->setVisible(false);
    m_go->setEnabled(false);
    m_go->setAutoDefault(false);
    m_pause->setSingleShot(true);
    m_pause->setInterval(personDialogPause);
    connect(m_pause, &QTimer::timeout, this, &PersonDialog::look);
    connect(m_whom, &QLineEdit::textChanged, this, [this] {
        m_preview.reset();
        mayGo();
        m_pause->start();
    });
    connect(m_typed, &QLineEdit::textChanged, this, &PersonDialog::mayGo);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &PersonDialog::go);
    look();
}

void PersonDialog::look()
{
    const QString whom = m_whom->text().trimmed();
    const quint64 asked = ++m_asked;
    if (whom.isEmpty() || !m_context.personData) {
        m_what->setPlainText(tr("Type an address of the person."));
        return;
    }
    m_what->setPlainText(tr("Looking…"));
    whenDone(this, m_context.personData->preview(whom), [this, asked](const Result<PersonPreview> &preview) {
        if (asked != m_asked)
            return; // typed on meanwhile
        whenDone(this, measureBackups(m_context.store), [this, asked, preview](const Result<BackupsSize> &backups) {
            if (asked == m_asked)
                show(preview, backups ? backups->count : 0);
        });
    });
}

void PersonDialog::show(const Result<PersonPreview> &preview, int backups)
{
    m_preview = preview ? std::optional<PersonPreview>(*preview) : std::nullopt;
    m_what->setPlainText(preview ? previewText(*preview, backups) : preview.error().message);
    const bool deletes = m_purpose == Purpose::Delete && preview.ok();
    const QString refusal = deletes ? preview->refusal() : QString();
    setPlain(m_refusal, refusal);
    m_refusal->setVisible(!refusal.isEmpty());
    m_typeLabel->setVisible(deletes && refusal.isEmpty());
    m_typed->setVisible(deletes && refusal.isEmpty());
    if (deletes)
        setPlain(m_typeLabel, tr("This cannot be undone. Type “%1” to agree.").arg(words::oneLine(agreement())));
    mayGo();
}

QString PersonDialog::agreement() const
{
    if (!m_preview)
        return {};
    const persons::Person &person = m_preview->person;
    return person.handles.empty() ? person.contact.name : person.handles.front().address;
}

void PersonDialog::mayGo()
{
    const bool agreed = m_purpose == Purpose::Export
        || (m_preview && m_preview->refusal().isEmpty()
            && m_typed->text().trimmed().compare(words::oneLine(agreement()), Qt::CaseInsensitive) == 0);
    m_go->setEnabled(m_preview.has_value() && agreed && !m_care.isBusy());
}

void PersonDialog::go()
{
    if (!m_preview)
        return;
    if (m_purpose == Purpose::Export)
        return chooseFolder();
    m_care.erasePerson(*m_preview);
    accept();
}

void PersonDialog::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Export into a new folder"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // nothing is written over: it is refused with a sentence
    dialog->selectFile(QStringLiteral("person-%1").arg(m_preview->person.contact.uid.left(8)));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        if (m_preview)
            m_care.exportPerson(*m_preview, folder);
        accept();
    });
    dialog->open();
}

QString PersonDialog::previewText(const PersonPreview &p, int backups)
{
    QStringList addresses;
    for (const Handle &handle : p.person.handles)
        addresses << words::oneLine(handle.address);
    QStringList lines{words::oneLine(p.person.contact.name),
                      addresses.join(QStringLiteral(", ")),
                      QString(),
                      tr("Messages: %1, of them notes: %2").arg(personNumber(p.counts.messages), personNumber(p.notes)),
                      tr("As they came in: %1").arg(personNumber(p.counts.items)),
                      tr("Attachments: %1; files that nobody else has: %2 (%3)")
                          .arg(personNumber(p.counts.attachments), personNumber(p.files), words::size(p.fileBytes)),
                      tr("Conversations as a whole: %1").arg(personNumber(p.counts.conversations)),
                      tr("Suggestions: %1, tasks: %2, deliveries: %3, lessons: %4")
                          .arg(personNumber(p.counts.suggestions), personNumber(p.counts.tasks),
                               personNumber(p.counts.deliveries), personNumber(p.counts.lessons))};
    if (!p.shared.empty())
        lines << QString()
              << tr("Conversations in which others take part. What others wrote, and answers to them, is left out:");
    for (const PersonPreview::Shared &one : p.shared)
        lines << tr("  %1 of %2 messages: %3")
                     .arg(personNumber(one.theirs), personNumber(one.theirs + one.left),
                          words::oneLine(one.subject, 80));
    lines << QString();
    if (p.toCancel > 0)
        lines << tr("Waiting, and cancelled first: %n delivery(ies).", nullptr, p.toCancel);
    for (const QString &task : p.elsewhere)
        lines << tr("Stays over there: %1").arg(words::oneLine(task));
    if (p.unread > 0)
        lines << tr("Stays, because nobody knows whose: %n item(s) of the same channels that could not be read.",
                    nullptr, int(p.unread));
    if (backups > 0)
        lines << tr("All of it stays in %n backup(s) of this workspace until somebody removes them.", nullptr, backups);
    if (p.unfinished)
        lines << tr("A deletion was begun and has not ended.");
    return lines.join(QLatin1Char('\n')).trimmed();
}

} // namespace patchbay
