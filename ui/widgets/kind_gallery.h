#pragma once

#include <QtWidgets/QDialog>

class QAbstractItemModel;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class StatePage;

/// Everything of one sort that an account can be, to choose one from: a field that narrows the list while one types,
/// what is said of the current row, and a button. Enter takes, Esc leaves. GUI thread.
class KindGallery : public QDialog {
    Q_OBJECT

public:
    struct Words {
        QString title = {};
        QString field = {}; ///< the field's name for who does not see it
        QString placeholder = {};
        QString nothing = {}; ///< beside "no connector fits"
    };

    QLineEdit *field() const { return m_field; }
    QTableView *table() const { return m_table; }
    /// What is said of the current row.
    QString about() const;

Q_SIGNALS:
    void chosen(const QString &connector);

protected:
    KindGallery(const Words &words, QWidget *parent);
    /// Called by the constructors below, with the model that they own.
    void build(QAbstractItemModel *model, const QList<int> &widths, int stretch);
    bool eventFilter(QObject *watched, QEvent *event) override;

    virtual void narrowTo(const QString &typed) = 0;
    /// Of a row of the model.
    virtual QString idOf(int row) const = 0;
    virtual QString aboutRow(int row) const = 0;

private:
    void narrow();
    void currentChanged();
    void take();

    QLineEdit *m_field;
    QTableView *m_table;
    StatePage *m_nothing;
    QStackedWidget *m_stack;
    QLabel *m_about;
    QPushButton *m_take;
};

} // namespace patchbay
