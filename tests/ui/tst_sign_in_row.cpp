#include "support/test_main.h"
#include "ui/widgets/sign_in_row.h"

#include <QtGui/QDesktopServices>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QPushButton>

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
        m_button = m_row->findChild<QPushButton *>();
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

    void mayBeClosedWhileItWaits()
    {
        m_button->click();
        m_row.reset();
        QCoreApplication::processEvents();
    }

private:
    std::unique_ptr<SignInRow> m_row;
    QPushButton *m_button = nullptr;
    FarSignIn *m_far = nullptr;
    AccountConfig m_account;
    AccountConfig m_asked;
    QList<QUrl> m_opened;
};

} // namespace patchbay::tests

using patchbay::tests::SignInRowTest;
PATCHBAY_TESTS(SignInRowTest)
#include "tst_sign_in_row.moc"
