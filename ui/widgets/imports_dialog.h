#pragma once

#include "core/store/import_table.h"
#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QLabel;
class QPushButton;
class QTableWidget;

namespace patchbay {

class ImportRunner;

/// What was imported, newest first: what was read, added, here already and set aside, with the reasons; and the way to
/// go on with one that was cut off. GUI thread.
class ImportsDialog final : public QDialog {
    Q_OBJECT

public:
    ImportsDialog(const ConsoleContext &context, ImportRunner &runner, QWidget *parent = nullptr);
    QTableWidget *table() const { return m_table; }
    /// The report of the chosen one.
    QString report() const;
    QPushButton *resumeButton() const { return m_resume; }

private:
    struct Row {
        imports::Import import = {};
        QString channel = {};
        std::vector<imports::Reason> reasons = {};
    };
    void load();
    void show_(const std::vector<Row> &rows);
    void choose();
    QString reportOf(const Row &row) const;

    ConsoleContext m_context;
    ImportRunner &m_runner;
    std::vector<Row> m_all;
    QTableWidget *m_table;
    QLabel *m_report;
    QPushButton *m_resume;
};

} // namespace patchbay
