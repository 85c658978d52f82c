#include "core/store/account_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/account_form.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// A channel whose provider replaces the refresh token at each sign-in; the new one is put where the account's secrets
/// are.
class RenewingChannel final : public ChatConnector {
public:
    RenewingChannel(MemorySecrets &secrets, AccountConfig account)
        : m_secrets(secrets)
        , m_account(std::move(account))
    {
    }
    void start(QByteArray, IntakeSink) override { Q_EMIT caughtUp(); }
    void fetchOnce(QByteArray, IntakeSink) override { Q_EMIT caughtUp(); }
    void stop() override { }
    DeliveryFacts facts() const override { return {}; }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt{}; }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<QString>> test() override
    {
        QString &token = m_account.secrets[u"refresh_token"_s];
        token = token == u"first"_s ? u"second"_s : token == u"second"_s ? u"third"_s : QString();
        if (token.isEmpty())
            co_return makeError(Error::Kind::Unauthorized, u"This token was used already."_s);
        m_secrets.values.insert(m_account.uid + u"refresh_token"_s, token);
        co_return u"Signed in"_s;
    }

private:
    MemorySecrets &m_secrets;
    AccountConfig m_account;
};

/// Changing an account that is there, and trying one before it is.
class AccountDialogTest final : public QObject {
    Q_OBJECT

private:
    static Channel stored(ConsoleDesk &desk)
    {
        const auto read = desk.read([&](Database &db) { return db.finish(*channels::byId(db, desk.channel)); });
        return read ? *read : Channel{};
    }
    static QLineEdit *field(const AccountDialog &dialog, const char *key)
    {
        return dialog.form()->findChild<QLineEdit *>(u"field."_s + QLatin1String(key));
    }
    static QPushButton *button(const AccountDialog &dialog, const QString &name)
    {
        for (QPushButton *one : dialog.findChildren<QPushButton *>()) {
            if (one->accessibleName() == name)
                return one;
        }
        return nullptr;
    }

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<ConsoleDesk>();
        QVERIFY(m_desk->write([this](Database &db) -> Result<Done> {
            QJsonObject settings = channels::byId(db, m_desk->channel)->settings;
            settings.insert(u"imap_host"_s, u"imap.desk.example"_s);
            settings.insert(u"retry_ms"_s, 200); // has no place in the form
            channels::change(db, m_desk->channel, u"Support mail"_s, settings);
            return db.finish(Done{});
        }));
    }
    void showsWhatIsStoredButNoSecret();
    void takesANewPasswordAndKeepsEverythingElse();
    void keepsTheStoredSecretWhereTheFieldIsLeftEmpty();
    void refusesANameThatIsTaken();
    void keepsWhatTheTrialOfANewAccountRenewed();

private:
    std::unique_ptr<ConsoleDesk> m_desk;
};

void AccountDialogTest::showsWhatIsStoredButNoSecret()
{
    AccountDialog dialog(m_desk->context(), stored(*m_desk));
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    QCOMPARE(dialog.form()->name(), u"Support mail"_s);
    QCOMPARE(field(dialog, "imap_host")->text(), u"imap.desk.example"_s);
    QCOMPARE(field(dialog, "password")->text(), QString());
    QCOMPARE(dialog.form()->missing(), QString());
    QVERIFY(button(dialog, u"Save"_s));
}

void AccountDialogTest::takesANewPasswordAndKeepsEverythingElse()
{
    const Channel before = stored(*m_desk);
    AccountDialog dialog(m_desk->context(), before);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    QSignalSpy saved(&dialog, &AccountDialog::saved);
    field(dialog, "password")->setText(u"a new one"_s);
    button(dialog, u"Save"_s)->click();
    QTRY_COMPARE(saved.size(), 1);
    QCOMPARE(m_desk->secrets.values.value(before.uid + u"password"_s), u"a new one"_s);
    QCOMPARE(stored(*m_desk).settings.value(u"retry_ms"_s).toInt(), 200);
    QCOMPARE(stored(*m_desk).settings.value(u"imap_host"_s).toString(), u"imap.desk.example"_s);
}

void AccountDialogTest::keepsTheStoredSecretWhereTheFieldIsLeftEmpty()
{
    const Channel before = stored(*m_desk);
    m_desk->secrets.values.insert(before.uid + u"password"_s, u"the old one"_s);
    AccountDialog dialog(m_desk->context(), before);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    button(dialog, u"Test connection"_s)->click();
    QTRY_VERIFY2(dialog.answer().contains(u"Signed in"_s), qPrintable(dialog.answer()));
    QSignalSpy saved(&dialog, &AccountDialog::saved);
    field(dialog, "imap_host")->setText(u"mail.desk.example"_s);
    button(dialog, u"Save"_s)->click();
    QTRY_COMPARE(saved.size(), 1);
    QCOMPARE(m_desk->secrets.values.value(before.uid + u"password"_s), u"the old one"_s);
    QCOMPARE(stored(*m_desk).settings.value(u"imap_host"_s).toString(), u"mail.desk.example"_s);
}

void AccountDialogTest::keepsWhatTheTrialOfANewAccountRenewed()
{
    ChatConnectorInfo info;
    info.id = u"renewing"_s;
    info.title = u"Renewing"_s;
    FormField token;
    token.key = u"refresh_token"_s;
    token.label = u"Refresh token"_s;
    token.kind = FormField::Kind::Secret;
    info.form.push_back(token);
    info.rotatesSecret = token.key;
    info.create = [this](AccountConfig account) {
        return std::make_unique<RenewingChannel>(m_desk->secrets, std::move(account));
    };
    m_desk->addConnector(info);
    AccountDialog dialog(m_desk->context(), AccountDialog::Kind::Channel, info.id);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    dialog.form()->findChildren<QLineEdit *>().front()->setText(u"New one"_s);
    field(dialog, "refresh_token")->setText(u"first"_s);
    const auto before = m_desk->secrets.values;
    for (const QString &next : {u"second"_s, u"third"_s}) {
        button(dialog, u"Test connection"_s)->click();
        QTRY_VERIFY2(dialog.answer().contains(u"Signed in"_s), qPrintable(dialog.answer()));
        QTRY_COMPARE(field(dialog, "refresh_token")->text(), next);
        QTRY_COMPARE(m_desk->secrets.values, before); // nothing stays behind of an account that is not there
    }
    QSignalSpy saved(&dialog, &AccountDialog::saved);
    button(dialog, u"Add channel"_s)->click();
    QTRY_COMPARE(saved.size(), 1);
    QVERIFY(m_desk->secrets.values.values().contains(u"third"_s));
}

void AccountDialogTest::refusesANameThatIsTaken()
{
    QVERIFY(await(
        m_desk->commands->addChannel(u"mail"_s, u"Sales"_s, QJsonObject{{u"address"_s, u"sales@desk.example"_s}})));
    AccountDialog dialog(m_desk->context(), stored(*m_desk));
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    dialog.form()->findChildren<QLineEdit *>().front()->setText(u"Sales"_s);
    QCOMPARE(dialog.form()->name(), u"Sales"_s);
    button(dialog, u"Save"_s)->click();
    QTRY_VERIFY2(dialog.answer().contains(u"Sales"_s), qPrintable(dialog.answer()));
    QCOMPARE(stored(*m_desk).name, u"Support mail"_s);
}

} // namespace patchbay::tests

using patchbay::tests::AccountDialogTest;
PATCHBAY_TESTS(AccountDialogTest)
#include "tst_account_dialog.moc"
