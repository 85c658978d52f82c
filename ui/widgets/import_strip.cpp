#include "ui/widgets/import_strip.h"

#include "ui/models/import_runner.h"
#include "ui/widgets/plain.h"

#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

namespace patchbay {

QString importSentence(const imports::Counts &counts)
{
    const QLocale locale;
    return ImportStrip::tr("%1 messages read: %2 new, %3 here already, %4 could not be read.")
        .arg(locale.toString(counts.read), locale.toString(counts.added), locale.toString(counts.duplicate),
             locale.toString(counts.quarantined));
}

ImportStrip::ImportStrip(ImportRunner &runner, QWidget *parent)
    : QFrame(parent)
    , m_runner(runner)
    , m_text(new ElidedLabel({}, "", this))
    , m_bar(new QProgressBar(this))
    , m_cancel(textButton(tr("Cancel the import"), "normal", this))
    , m_report(textButton(tr("Report"), "normal", this))
    , m_close(textButton(tr("Close"), "normal", this))
{
    setLook(this, "surface", "foot");
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 6, 14, 6);
    layout->setSpacing(12);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_bar);
    layout->addWidget(m_cancel);
    layout->addWidget(m_report);
    layout->addWidget(m_close);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(180);
    m_bar->setAccessibleName(tr("Progress of the import"));
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_cancel->setEnabled(false);
        m_runner.cancel();
    });
    connect(m_report, &QPushButton::clicked, this, &ImportStrip::reportWanted);
    connect(m_close, &QPushButton::clicked, this, &QWidget::hide);
    connect(&m_runner, &ImportRunner::started, this, &ImportStrip::begin);
    connect(&m_runner, &ImportRunner::progressed, this, &ImportStrip::progress);
    connect(&m_runner, &ImportRunner::ended, this, [this](const ImportReport &report) {
        const imports::Counts counts{report.read, report.added, report.duplicate, report.quarantined, 0};
        const bool cancelled = report.state == imports::State::Cancelled;
        end(cancelled ? tr("Import cancelled. %1").arg(importSentence(counts)) : importSentence(counts), false);
    });
    connect(&m_runner, &ImportRunner::failed, this, [this](const QString &sentence) {
        if (!m_runner.isRunning())
            end(sentence, true);
    });
    hide();
}

QString ImportStrip::text() const { return m_text->text(); }

void ImportStrip::begin()
{
    setLook(m_text, "role", "");
    setPlain(m_text, tr("Importing…"));
    m_bar->setRange(0, 0);
    m_bar->show();
    m_cancel->setEnabled(true);
    m_cancel->show();
    m_report->hide();
    m_close->hide();
    show();
}

void ImportStrip::progress(const ImportProgress &progress)
{
    if (progress.bytesTotal > 0) {
        m_bar->setRange(0, 1000);
        m_bar->setValue(int(progress.bytesDone * 1000 / progress.bytesTotal));
    }
    setPlain(m_text, tr("Importing… %1").arg(importSentence(progress.counts)));
}

void ImportStrip::end(const QString &sentence, bool failed)
{
    setLook(m_text, "role", failed ? "danger" : "");
    setPlain(m_text, failed ? QStringLiteral("⚠ ") + sentence : sentence);
    m_bar->hide();
    m_cancel->hide();
    m_report->show();
    m_close->show();
    show();
}

} // namespace patchbay
