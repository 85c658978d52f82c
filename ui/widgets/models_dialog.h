#pragma once

#include "core/engine/model_commands.h"
#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;
class QVBoxLayout;

namespace patchbay {

/// What the workspace allows remote models, which there are, what they cost this month, and the ledger of what left.
/// GUI thread.
class ModelsDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ModelsDialog(const ConsoleContext &context, QWidget *parent = nullptr);

    QCheckBox *allow() const { return m_allow; }
    QCheckBox *automatic() const { return m_automatic; }
    QLineEdit *budget() const { return m_budget; }
    QTableWidget *ledger() const { return m_ledger; }
    QString answer() const;
    /// All that the list of models and the meter say, for tests and screen readers.
    QString text() const;

Q_SIGNALS:
    void addWanted();
    /// Questions that leave together.
    void batchesWanted();
    void conversationWanted(patchbay::ConversationId conversation);
    void changeWanted(const patchbay::ModelAccount &model);

private:
    struct Contents {
        std::vector<ModelAccount> models = {};
        ModelMeter meter = {};
        std::vector<model_calls::Entry> ledger = {};
    };
    void reload();
    void show(const Contents &contents);
    void showModels(const Contents &contents);
    void showMeter(const ModelMeter &meter);
    void showLedger(const Contents &contents);
    void showSent();
    void save();
    QWidget *policyBox();

    ConsoleContext m_context;
    QCheckBox *m_allow;
    QCheckBox *m_automatic;
    QComboBox *m_account;
    QLineEdit *m_budget;
    QLineEdit *m_currency;
    QPushButton *m_save;
    QLabel *m_answer;
    QVBoxLayout *m_models;
    QGridLayout *m_meter;
    QTableWidget *m_ledger;
    QLabel *m_sent;
    std::vector<model_calls::Entry> m_entries;
    bool m_edited = false; ///< what a person is typing is not written over
    bool m_reading = false;
};

} // namespace patchbay
