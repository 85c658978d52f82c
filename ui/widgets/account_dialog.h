#pragma once

#include "core/async/async.h"
#include "ui/models/console_context.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QLabel;
class QPushButton;

namespace patchbay {

class AccountForm;

/// Adds a channel or a target: the connector's own form, a connection test that changes nothing, and secrets that go to
/// the secret store only. GUI thread.
class AccountDialog final : public QDialog {
    Q_OBJECT

public:
    enum class Kind { Channel, Target };

    AccountDialog(const ConsoleContext &context, Kind kind, const QString &connector, QWidget *parent = nullptr);

    AccountForm *form() const { return m_form; }
    QString answer() const;

Q_SIGNALS:
    void added(const QString &name);

private:
    AccountConfig account() const;
    Result<Done> check() const;
    void test();
    void add();
    void writeSecrets(const QString &uid, const QString &name, TargetId target);
    void finish(const QString &name, TargetId target);
    void say(const QString &sentence, const char *look);
    void setBusy(bool busy);
    static Async<Result<Done>> writeAll(SecretStore *store, QString workspaceUid, QString accountUid,
                                        QString accountName, QHash<QString, QString> secrets);

    ConsoleContext m_context;
    Kind m_kind;
    QString m_connector;
    AccountForm *m_form;
    QCheckBox *m_default;
    QLabel *m_answer;
    QPushButton *m_test;
    QPushButton *m_add;
    AsyncScope m_scope;
};

} // namespace patchbay
