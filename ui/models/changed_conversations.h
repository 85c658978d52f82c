#pragma once

#include "core/store/store.h"
#include "ui/models/rows_model.h"

namespace patchbay {

/// A message that a draft decides otherwise, as a person reads it.
struct ChangedConversation {
    qint64 key = 0; ///< names the row
    ConversationId conversation = {}; ///< none: it leads nowhere
    QString contact = {};
    QString subject = {};
    QString what = {}; ///< "category, priority": what is another one
    QString from = {};
    QString to = {};
};

/// The list of a trial, of its lessons, and of a shadow's differences: each row leads to its conversation. GUI thread.
class ChangedConversations final : public RowsModel<ChangedConversation> {
    Q_OBJECT

public:
    enum Column { Contact, Subject, What, From, To, ColumnCount };

    /// `what`: the heading of that column; likewise `subject`.
    ChangedConversations(Store &store, QString subject, QString what, QObject *parent = nullptr);

    /// The rows are these, once contact and, where a row has none, subject were read.
    void show(std::vector<ChangedConversation> rows);
    void clear();

    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void loaded();
    void failed(const QString &sentence);

protected:
    qint64 key(const ChangedConversation &row) const override { return row.key; }

private:
    Store &m_store;
    QString m_subject;
    QString m_what;
    quint64 m_epoch = 0; ///< of what is read
};

} // namespace patchbay
