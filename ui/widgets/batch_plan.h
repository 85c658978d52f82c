#pragma once

#include "core/engine/model_commands.h"
#include "core/model/model_account.h"
#include "ui/models/console_context.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace patchbay {

/// What asking a model in batches would be: how many conversations, its highest price beside what is left of the
/// budget, what would leave and to whom. Nothing is asked before a person has said yes to just that. GUI thread.
class BatchPlan final : public QWidget {
    Q_OBJECT

public:
    explicit BatchPlan(const ConsoleContext &context, QWidget *parent = nullptr);

    QComboBox *model() const { return m_model; }
    QComboBox *span() const { return m_span; }
    QSpinBox *most() const { return m_most; }
    QPushButton *askButton() const { return m_ask; }
    QPushButton *wordsButton() const { return m_show; }
    /// All that is said of the plan, for tests and screen readers.
    QString text() const;
    /// The words that would leave, of the first conversations; empty while they are not shown.
    QString words() const;
    /// Shows what would happen once more, and asks when that is wanted.
    void askWhenAgreed();

Q_SIGNALS:
    void said(const QString &sentence, const char *look);
    /// Models, budget and permission are somewhere else.
    void setupWanted();

private:
    struct Setup {
        std::vector<ModelAccount> models = {};
        QString chosen = {}; ///< uid of the workspace's model
    };
    void load();
    void show_(const Setup &setup);
    void plan();
    void showPlan();
    void showFailure(const Error &error);
    void ask_(const BatchRequest &agreed);
    bool takesBatches(const ModelAccount &model) const;
    /// "Second (OpenAI) at api.example.org"; an error when it cannot be asked from here.
    Result<QString> recipient() const;
    QString howMany() const;
    QString theOthers() const;
    QString whatLeaves(const QString &recipient) const;

    ConsoleContext m_context;
    QComboBox *m_model;
    QComboBox *m_span;
    QSpinBox *m_most;
    QLabel *m_sentence;
    QLabel *m_others;
    QLabel *m_leaves;
    QLabel *m_problem;
    QPushButton *m_ask;
    QPushButton *m_show;
    QPushButton *m_setup;
    QPlainTextEdit *m_words;
    std::vector<ModelAccount> m_models;
    BatchRequest m_request; ///< that m_plan is of
    std::optional<BatchAsked> m_plan;
    QTimer m_pause;
    quint64 m_epoch = 0;
    bool m_asking = false;
};

} // namespace patchbay
