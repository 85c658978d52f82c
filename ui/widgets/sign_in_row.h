#pragma once

#include "core/ports/catalog.h"

#include <QtWidgets/QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace patchbay {

/// "Sign in with the browser": opens the vendor's page and waits for it to come back. Where the vendor has it, "On
/// another device" shows a code to enter there instead. A second press, and closing, ends the wait. GUI thread.
class SignInRow final : public QWidget {
    Q_OBJECT

public:
    /// `account`: what the form says at the moment of the press.
    SignInRow(MakeSignIn make, std::function<AccountConfig()> account, QWidget *parent = nullptr);
    ~SignInRow() override;

    /// Also offers the sign-in on another device.
    void offerDevice(MakeDeviceSignIn make);
    QString answer() const;

Q_SIGNALS:
    /// What to store, by form field.
    void signedIn(const QHash<QString, QString> &secrets);

private:
    using Secrets = QHash<QString, QString>;
    void press();
    void pressDevice();
    void begin();
    void beginDevice();
    void showCode(const DeviceCode &code);
    /// The form's account; its secrets are struck out everywhere from now on.
    AccountConfig account() const;
    /// Waits for them without blocking.
    void handOver(Async<Result<Secrets>> secrets);
    void end(const QString &sentence, const char *look);

    MakeSignIn m_make;
    MakeDeviceSignIn m_makeDevice;
    std::function<AccountConfig()> m_account;
    QPushButton *m_button;
    QPushButton *m_deviceButton;
    QLabel *m_answer;
    QWidget *m_codeRow; ///< the code and its copy button, while one is to be entered
    QLineEdit *m_code;
    std::unique_ptr<BrowserSignIn> m_signIn;
    std::unique_ptr<DeviceSignIn> m_device;
    std::unique_ptr<AsyncScope> m_scope; ///< of the wait; before the sign-in goes, it goes
};

} // namespace patchbay
