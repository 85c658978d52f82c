#include "support/test_main.h"
#include "ui/widgets/sign_in_row.h"
#include "ui/widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QGuiApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

namespace {

/// A vendor whose answer the test gives.
struct FarSignIn final : BrowserSignIn {
    Result<QUrl> page = QUrl(u"https://sign.in.example/authorize"_s);
    QPromise<Result<QHash<QString, QString>>> answer;

    FarSignIn() { answer.start(); }
    Result<QUrl> begin() override { return page; }
    Async<Result<QHash<QString, QString>>> secrets() override
    {
        auto coming = answer.future();
        co_return co_await finished(std::move(coming));
    }
    void say(Result<QHash<QString, QString>> result)
    {
        answer.addResult(std::move(result));
        answer.finish();
    }
};

/// A vendor that hands out a code for another device when the test says so.
struct FarDevice final : DeviceSignIn {
    QPromise<Result<DeviceCode>> code;
    QPromise<Result<QHash<QString, QString>>> answer;

    FarDevice()
    {
        code.start();
        answer.start();
    }
    Async<Result<DeviceCode>> begin() override
    {
        auto coming = code.future();
        co_return co_await finished(std::move(coming));
    }
    Async<Result<QHash<QString, QString>>> secrets() override
    {
        auto coming = answer.future();
        co_return co_await finished(std::move(coming));
    }
    template <class T> static void say(QPromise<Result<T>> &to, Result<T> result)
    {
        to.addResult(std::move(result));
        to.finish();
    }
};

} // namespace

class SignInRowTest final : public QObject {
    Q_OBJECT

public:
    Q_INVOKABLE void opened(const QUrl &url) { m_opened << url; }

private Q_SLOTS:
    void init()
    {
        m_opened.clear();
        m_far = nullptr;
        m_device = nullptr;
        QDesktopServices::setUrlHandler(u"https"_s, this, "opened");
        m_row = std::make_unique<SignInRow>(
            [this](const AccountConfig &account) -> std::unique_ptr<BrowserSignIn> {
                m_asked = account;
                auto made = std::make_unique<FarSignIn>();
                m_far = made.get();
                if (account.settings.isEmpty())
                    made->page = makeError(Error::Kind::Refused, u"Enter a client id first."_s);
                return made;
            },
            [this] { return m_account; });
        m_row->offerDevice([this](const AccountConfig &) -> std::unique_ptr<DeviceSignIn> {
            auto made = std::make_unique<FarDevice>();
            m_device = made.get();
            return made;
        });
        m_button = buttonNamed(u"Sign in with the browser…"_s);
        m_deviceButton = buttonNamed(u"On another device…"_s);
        m_code = m_row->findChild<QLineEdit *>();
        m_row->show();
        m_account.settings = {{u"client_id"_s, u"desk"_s}};
    }
    void cleanup()
    {
        m_row.reset();
        QDesktopServices::unsetUrlHandler(u"https"_s);
    }

    void opensTheVendorsPageAndHandsOverWhatItGave()
    {
        QSignalSpy signedIn(m_row.get(), &SignInRow::signedIn);
        m_button->click();
        QCOMPARE(m_opened, QList<QUrl>{QUrl(u"https://sign.in.example/authorize"_s)});
        QCOMPARE(m_row->answer(), u"Waiting for your browser to come back from sign.in.example…"_s);
        QCOMPARE(m_button->text(), u"Stop waiting"_s);
        m_far->say(QHash<QString, QString>{{u"refresh_token"_s, u"made-up-token"_s}});
        QTRY_COMPARE(signedIn.size(), 1);
        QCOMPARE((signedIn.first().first().value<QHash<QString, QString>>()),
                 (QHash<QString, QString>{{u"refresh_token"_s, u"made-up-token"_s}}));
        QCOMPARE(m_row->answer(), u"✓ Signed in. Save to keep it."_s);
        QCOMPARE(m_button->text(), u"Sign in with the browser…"_s);
    }

    void saysInTheVendorsWordsWhyNot()
    {
        m_button->click();
        m_far->say(makeError(Error::Kind::Unauthorized, u"The sign-in was refused: not today"_s));
        QTRY_COMPARE(m_row->answer(), u"✕ The sign-in was refused: not today"_s);
    }

    void stopsWaitingWhenPressedAgain()
    {
        m_button->click();
        m_button->click();
        QCOMPARE(m_row->answer(), u"Not signed in."_s);
        QCoreApplication::processEvents();
        QCOMPARE(m_row->answer(), u"Not signed in."_s);
        m_button->click(); // and can begin anew
        QCOMPARE(m_opened.size(), 2);
    }

    void saysWhatTheFormLacks()
    {
        m_account.settings = {};
        m_button->click();
        QVERIFY(m_opened.isEmpty());
        QCOMPARE(m_row->answer(), u"⚠ Enter a client id first."_s);
    }

    void offersNoOtherDeviceWhereTheVendorHasNone()
    {
        QVERIFY(m_deviceButton->isVisible());
        m_row->offerDevice({});
        QVERIFY(!m_deviceButton->isVisible());
    }

    void showsTheCodeForAnotherDeviceAndHandsOverWhatTheVendorGave()
    {
        QSignalSpy signedIn(m_row.get(), &SignInRow::signedIn);
        QVERIFY(!m_code->isVisible());
        m_deviceButton->click();
        QVERIFY(!m_button->isEnabled());
        QVERIFY(m_opened.isEmpty());
        giveCode();
        QTRY_COMPARE(m_row->answer(), u"Open https://far.example/link on any device and enter this code there."_s);
        QVERIFY(m_code->isVisible());
        QCOMPARE(m_code->text(), u"WDJB-MJHT"_s);
        QCOMPARE(m_code->selectedText(), u"WDJB-MJHT"_s); // one key copies it
        QVERIFY(!m_code->accessibleName().isEmpty());
        buttonNamed(u"Copy code"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"WDJB-MJHT"_s);
        shoot(u"sign_in_row_code"_s);
        FarDevice::say(m_device->answer,
                       Result<QHash<QString, QString>>(QHash<QString, QString>{{u"refresh_token"_s, u"made-up"_s}}));
        QTRY_COMPARE(signedIn.size(), 1);
        QCOMPARE(m_row->answer(), u"✓ Signed in. Save to keep it."_s);
        QVERIFY(!m_code->isVisible());
        QVERIFY(m_button->isEnabled());
    }

    void saysWhyThereIsNoCode()
    {
        m_deviceButton->click();
        FarDevice::say(m_device->code, Result<DeviceCode>(makeError(Error::Kind::Refused, u"No codes here."_s)));
        QTRY_COMPARE(m_row->answer(), u"⚠ No codes here."_s);
        QVERIFY(!m_code->isVisible());
    }

    void stopsWaitingForAnotherDeviceWhenPressedAgain()
    {
        m_deviceButton->click();
        giveCode();
        QTRY_VERIFY(m_code->isVisible());
        m_deviceButton->click();
        QCOMPARE(m_row->answer(), u"Not signed in."_s);
        QVERIFY(!m_code->isVisible());
        QCoreApplication::processEvents();
        m_button->click(); // and the other way can begin
        QCOMPARE(m_opened.size(), 1);
    }

    void mayBeClosedWhileItShowsACode()
    {
        m_deviceButton->click();
        giveCode();
        QTRY_VERIFY(m_code->isVisible());
        m_row.reset();
        QCoreApplication::processEvents();
    }

    void mayBeClosedWhileItWaits()
    {
        m_button->click();
        m_row.reset();
        QCoreApplication::processEvents();
    }

private:
    QPushButton *buttonNamed(const QString &text) const
    {
        const auto all = m_row->findChildren<QPushButton *>();
        const auto found = std::find_if(all.begin(), all.end(), [&](QPushButton *one) { return one->text() == text; });
        return found == all.end() ? nullptr : *found;
    }
    void giveCode()
    {
        DeviceCode code;
        code.page = QUrl(u"https://far.example/link"_s);
        code.code = u"WDJB-MJHT"_s;
        FarDevice::say(m_device->code, Result<DeviceCode>(code));
    }
    /// Keeps a picture for people, in both schemes, where PATCHBAY_SHOTS names a folder.
    void shoot(const QString &name) const
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (folder.isEmpty())
            return;
        Theme theme(*qApp);
        theme.apply();
        m_row->resize(620, 90);
        for (const auto &[scheme, suffix] :
             {std::pair(Theme::Scheme::Light, u"light"_s), std::pair(Theme::Scheme::Dark, u"dark"_s)}) {
            theme.set(scheme);
            QTest::qWait(100);
            QVERIFY(m_row->grab().save(u"%1/%2_%3.png"_s.arg(folder, name, suffix)));
        }
    }

    std::unique_ptr<SignInRow> m_row;
    QPushButton *m_button = nullptr;
    QPushButton *m_deviceButton = nullptr;
    QLineEdit *m_code = nullptr;
    FarDevice *m_device = nullptr;
    FarSignIn *m_far = nullptr;
    AccountConfig m_account;
    AccountConfig m_asked;
    QList<QUrl> m_opened;
};

} // namespace patchbay::tests

using patchbay::tests::SignInRowTest;
PATCHBAY_TESTS(SignInRowTest)
#include "tst_sign_in_row.moc"
