#pragma once

#include "ui/models/triage.h"
#include "ui/models/work_models.h"
#include "ui/widgets/table_page.h"

namespace patchbay {

/// The tasks that live in this workspace. GUI thread.
class LocalTasksPage final : public TablePage {
    Q_OBJECT

public:
    explicit LocalTasksPage(Triage &triage, QWidget *parent = nullptr);
    LocalTasksModel &model() { return *m_model; }

Q_SIGNALS:
    void backLinkWanted(const QString &link);

protected:
    void currentRowChanged() override;

private:
    Triage &m_triage;
    LocalTasksModel *m_model;
};

/// What came in and could not be read: why, the bytes, and another try. GUI thread.
class QuarantinePage final : public TablePage {
    Q_OBJECT

public:
    explicit QuarantinePage(Triage &triage, QWidget *parent = nullptr);
    QuarantineModel &model() { return *m_model; }

protected:
    void currentRowChanged() override;

private:
    void loadBytes(RawMessageId id);

    Triage &m_triage;
    QuarantineModel *m_model;
};

} // namespace patchbay
