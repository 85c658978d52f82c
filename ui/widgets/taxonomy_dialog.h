#pragma once

#include "core/engine/taxonomy_desk.h"
#include "core/engine/trial.h"
#include "ui/models/when_done.h"

#include <QtWidgets/QDialog>

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace patchbay {

/// What the dialogs about categories and packs have in common: a heading, a place for the form, what is wrong, and two
/// buttons. It closes only when what was asked for is done. Destroys itself when closed; GUI thread.
class TaxonomyDialog : public QDialog {
    Q_OBJECT

public:
    TaxonomyDialog(const QString &title, const QString &explanation, const QString &goText, QWidget *parent);

    QPushButton *goButton() const { return m_go; }
    QString goText() const;
    /// Null where offerTrial() was not called.
    QPushButton *tryButton() const { return m_try; }
    /// What it would do, as it is filled in, for a trial on history.
    virtual std::optional<TaxonomyDraft> draft() const { return std::nullopt; }
    /// As its button does.
    void apply();
    QString problem() const;

Q_SIGNALS:
    /// It is done; a sentence about that.
    void done_(const QString &sentence);
    /// draft() is to be tried on history; it comes back with open(), and holds with apply().
    void trialWanted();

protected:
    QVBoxLayout *form() const { return m_form; }
    void complain(const QString &sentence);
    /// Adds the way to a trial.
    void offerTrial();
    /// Texts that are only read, with a name for screen readers.
    QPlainTextEdit *readOnlyText(const QString &name);
    QLabel *formLabel(const QString &text, QWidget *buddy);
    virtual void go() = 0;
    /// Waits for the end; closes with the sentence that `said` makes, or says why not.
    template <class T, class F> void finish(QFuture<Result<T>> future, F said)
    {
        setBusy(true);
        whenDone(this, std::move(future), [this, said = std::move(said)](const Result<T> &result) {
            setBusy(false);
            if (!result)
                return complain(result.error().message);
            Q_EMIT done_(said(*result));
            accept();
        });
    }
    bool isBusy() const { return m_busy; }
    virtual void setBusy(bool busy);

private:
    QVBoxLayout *m_form;
    QLabel *m_problem;
    QPushButton *m_go;
    QPushButton *m_try = nullptr;
    QHBoxLayout *m_buttons;
    bool m_busy = false;
};

} // namespace patchbay
