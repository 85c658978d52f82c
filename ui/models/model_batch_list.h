#pragma once

#include "core/engine/models.h"
#include "core/store/model_batch_table.h"
#include "core/store/question_table.h"
#include "ui/models/rows_model.h"

#include <QtCore/QTimer>

namespace patchbay {

/// What was asked of remote models in batches, newest first, with how far each is. GUI thread.
class ModelBatchList final : public RowsModel<model_batches::Shown> {
    Q_OBJECT

public:
    enum Column { When, Model, State, Questions, Answered, Refused, Price, ColumnCount };

    /// `models` says which of them cannot be asked from here; null: none can.
    ModelBatchList(Store &store, const Models *models, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void reload();
    /// How many are with their vendor now.
    int running() const;
    /// What is true of this one, in whole sentences: where it is, what comes next, in the other side's words.
    QString sentence(int row) const;

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const model_batches::Shown &row) const override { return row.batch.id.value; }
    bool same(const model_batches::Shown &a, const model_batches::Shown &b) const override;

private:
    QString problemHere(const ModelBatch &batch) const;

    Store &m_store;
    const Models *m_models;
    QString m_currency;
    QTimer m_timer;
    quint64 m_epoch = 0;
};

/// What each question of one batch came to. GUI thread.
class BatchAnswers final : public RowsModel<questions::Shown> {
    Q_OBJECT

public:
    enum Column { About, Outcome, Reason, ColumnCount };

    explicit BatchAnswers(Store &store, QObject *parent = nullptr);
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Follows this one from now on; none: empty.
    void setBatch(ModelBatchId batch);

Q_SIGNALS:
    void failed(const QString &sentence);

protected:
    qint64 key(const questions::Shown &row) const override { return row.question.id.value; }
    bool same(const questions::Shown &a, const questions::Shown &b) const override;

private:
    void reload();

    Store &m_store;
    ModelBatchId m_batch;
    QTimer m_timer;
    quint64 m_epoch = 0;
};

} // namespace patchbay
