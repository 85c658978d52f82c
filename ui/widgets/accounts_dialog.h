#pragma once

#include "core/async/async.h"
#include "ui/models/console_context.h"
#include "ui/widgets/glyphs.h"

#include <QtWidgets/QDialog>

class QAbstractItemModel;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace patchbay {

class AccountDialog;
class StatePage;

/// What the dialogs of channels and of targets have in common: a table of the accounts, what is said of the chosen one
/// below it, what the last deed answered, and the buttons. GUI thread.
class AccountsDialog : public QDialog {
    Q_OBJECT

public:
    QTableView *table() const { return m_table; }
    StatePage *state() const { return m_state; }
    /// What is said of the chosen one below the table.
    QString details() const;
    QString answer() const;

protected:
    struct Words {
        QString title = {};
        QString intro = {};
        QString reading = {}; ///< while the first look is under way
        QString unreadable = {}; ///< that look failed
        QString none = {}; ///< there is no account
        QString noneDetail = {};
        QString add = {}; ///< the button that adds one
    };
    AccountsDialog(const ConsoleContext &context, Words words, Glyph glyph, QWidget *parent);
    /// Once, in the constructor of the derived one: the table over its model, and its buttons behind "add".
    void build(QAbstractItemModel *model, const QList<int> &widths, int stretch, const QList<QPushButton *> &buttons);

    virtual void chosenChanged() = 0;
    virtual void addWanted() = 0;
    virtual void editWanted() = 0;
    virtual void reload() = 0;
    virtual int rowNamed(const QString &name) const = 0;
    /// The one to choose first, -1 for none in particular.
    virtual int firstRow() const { return -1; }

    /// The model has its rows, or could not get them.
    void loaded();
    void failed(const QString &why);
    void tell(const QStringList &details);
    void say(const QString &sentence, const char *look);
    AccountDialog *openAccount(AccountDialog *dialog, const QString &done);
    /// What was just added is chosen when it is in the list.
    void want(const QString &name) { m_wanted = name; }
    bool canChange() const;

    ConsoleContext m_context;
    QTableView *m_table;
    QPushButton *m_add;

private:
    void choose(int row);

    Words m_words;
    Glyph m_glyph;
    StatePage *m_state;
    QStackedWidget *m_stack;
    QLabel *m_details;
    QLabel *m_answer;
    QString m_wanted;
};

} // namespace patchbay
