#pragma once

#include "core/async/async.h"
#include "ui/models/console_context.h"

#include <QtCore/QPointer>
#include <QtWidgets/QDialog>

class QBoxLayout;
class QCheckBox;
class QLabel;
class QPushButton;

namespace patchbay {

class AccountForm;

/// Adds a channel, a target or a remote model, or changes one that is there: the connector's own form, its setup page
/// beside it, a connection test that changes nothing, and secrets that go to the secret store only. GUI thread.
class AccountDialog final : public QDialog {
    Q_OBJECT

public:
    enum class Kind { Channel, Target, Model };

    /// Adds an account of this connector.
    AccountDialog(const ConsoleContext &context, Kind kind, const QString &connector, QWidget *parent = nullptr);
    /// Changes one that is there.
    AccountDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent = nullptr);
    AccountDialog(const ConsoleContext &context, const Target &target, QWidget *parent = nullptr);
    AccountDialog(const ConsoleContext &context, const ModelAccount &model, QWidget *parent = nullptr);

    AccountForm *form() const { return m_form; }
    QString answer() const;

Q_SIGNALS:
    /// It is stored, with its secrets.
    void saved(const QString &name);
    /// It is stored, but something that belongs to it went wrong: a sentence.
    void failed(const QString &sentence);

private:
    /// The account that is changed; none (no uid) when one is added.
    struct Known {
        ChannelId channel = {};
        TargetId target = {};
        ModelId model = {};
        QString uid = {};
        QString name = {};
        QJsonObject settings = {};
    };
    AccountDialog(const ConsoleContext &context, Kind kind, const QString &connector, Known known, QWidget *parent);

    QBoxLayout *formColumn(QWidget *content);
    /// What the catalog says of the connector.
    struct Entry {
        QString title = {};
        QString help = {};
        std::vector<FormField> form = {};
        Result<Done> (*check)(const AccountConfig &account) = nullptr;
        MakeSignIn signIn = {};
        MakeDeviceSignIn deviceSignIn = {};
        QString rotates = {}; ///< the secret that the connector replaces while it works
    };
    Entry entry() const;
    QString title() const;
    std::vector<FormField> fields() const;
    QJsonObject settings() const;
    AccountConfig account() const;
    Result<Done> check() const;
    void test();
    void testWith(const AccountConfig &config);
    void answered(const Result<QString> &answer);
    void save();
    Async<Result<QString>> identified();
    void store();
    QFuture<Result<Done>> change(const QString &name);
    void add(const QString &name);
    void writeSecrets(const QString &uid, const QString &name, TargetId target);
    void finish(const QString &name, TargetId target);
    void say(const QString &sentence, const char *look);
    void setBusy(bool busy);
    static Async<Result<AccountConfig>> withStoredSecrets(SecretStore *store, QString workspaceUid,
                                                          AccountConfig config, QString storedName,
                                                          std::vector<FormField> form);
    static Async<Result<Done>> writeAll(SecretStore *store, QString workspaceUid, QString accountUid,
                                        QString accountName, QHash<QString, QString> secrets);

    ConsoleContext m_context;
    Kind m_kind;
    QString m_connector;
    Known m_known;
    AccountForm *m_form;
    QCheckBox *m_default;
    QLabel *m_answer;
    QPushButton *m_test;
    QPushButton *m_save;
    QString m_account; ///< who a channel is over there; empty: not known
    QPointer<QWidget> m_focus; ///< before something was tried
    AsyncScope m_scope;
};

} // namespace patchbay
