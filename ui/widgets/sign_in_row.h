#pragma once

#include "core/ports/catalog.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;

namespace patchbay {

/// "Sign in with the browser": opens the vendor's page and waits for it to come back. A second press, and closing, ends
/// the wait. GUI thread.
class SignInRow final : public QWidget {
    Q_OBJECT

public:
    /// `account`: what the form says at the moment of the press.
    SignInRow(MakeSignIn make, std::function<AccountConfig()> account, QWidget *parent = nullptr);
    ~SignInRow() override;

    QString answer() const;

Q_SIGNALS:
    /// What to store, by form field.
    void signedIn(const QHash<QString, QString> &secrets);

private:
    void press();
    void begin();
    void end(const QString &sentence, const char *look);

    MakeSignIn m_make;
    std::function<AccountConfig()> m_account;
    QPushButton *m_button;
    QLabel *m_answer;
    std::unique_ptr<BrowserSignIn> m_signIn;
    std::unique_ptr<AsyncScope> m_scope; ///< of the wait; before the sign-in goes, it goes
};

} // namespace patchbay
