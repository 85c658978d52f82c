#include "app/console/console.h"
#include "support/await.h"
#include "support/desk.h"
#include "support/small_disk.h"
#include "support/test_main.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/start_page.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QtEndian>
#include <QtNetwork/QTcpServer>
#include <QtWidgets/QPushButton>

#include <memory>

using namespace patchbay;
using namespace patchbay::tests;
using namespace Qt::StringLiterals;

/// Whether a widget was disabled, be it for a moment only.
class SeenDisabled final : public QObject {
public:
    explicit SeenDisabled(QWidget *widget) { widget->installEventFilter(this); }
    bool seen = false;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        seen |= event->type() == QEvent::EnabledChange && !qobject_cast<QWidget *>(watched)->isEnabled();
        return false;
    }
};

/// What the console shows on a bad day: a sentence, a window that stays alive, and a way on.
class WindowBadDays : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<Desk>();
        QDir(sampleWorkspaceFolder()).removeRecursively();
        QCOMPARE(m_desk->ctl({u"init"_s}).status, 0);
    }

    void cleanup()
    {
        m_console.reset();
        QDir(sampleWorkspaceFolder()).removeRecursively();
    }

    void leavesADamagedFileAndOpensItWhenItIsRestored()
    {
        const QByteArray whole = bytes();
        QByteArray damaged = whole;
        damaged.replace(0, 100, QByteArray(100, 'x'));
        overwrite(damaged);
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(u"workspace.sqlite"_s), 10000);
        QVERIFY(page()->sentence().contains(u"restore a backup"_s));
        keepPicture();
        QCOMPARE(bytes(), damaged);
        tryAgainInVain(u"workspace.sqlite"_s);
        overwrite(whole);
        QTest::keyClick(page(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(hasWindow(), 10000);
    }

    void leavesANewerSchemaAsItIs()
    {
        const QByteArray ours = bytes();
        QByteArray newer = ours;
        qToBigEndian<quint32>(9999, newer.data() + 60);
        overwrite(newer);
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(u"9999"_s), 10000);
        tryAgainInVain(u"9999"_s);
        QCOMPARE(bytes(), newer);
        overwrite(ours);
        QTest::keyClick(page(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(hasWindow(), 10000);
    }

    void saysWhoHoldsTheWorkspaceAndOpensItWhenItIsFree()
    {
        QProcess holder;
        holder.start(QString::fromUtf8(PATCHBAYCTL),
                     {u"--workspace"_s, m_desk->workspace(), u"--secrets"_s, m_desk->secretsFolder(), u"channels"_s,
                      u"start"_s});
        QVERIFY(holder.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(
            m_desk->ctl({u"import"_s, u"/nowhere"_s, u"--channel"_s, u"X"_s}).err.contains("in use"), 10000);
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(QString::number(holder.processId())), 10000);
        tryAgainInVain(QString::number(holder.processId()));
        holder.terminate();
        QVERIFY(holder.waitForFinished(10000));
        button(u"Try again"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(hasWindow(), 10000);
    }

    void saysThatItIsOpeningWhenThatTakesLong()
    {
        QTcpServer silent; // stands for a PostgreSQL server that does not answer
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        openConsole(u"postgresql://ana@127.0.0.1:%1/desk"_s.arg(silent.serverPort()));
        QTRY_VERIFY_WITH_TIMEOUT(page() && page()->isVisible(), 1000);
        QCOMPARE(page()->accessibleName(), u"Opening the workspace…"_s);
        QVERIFY(!button(u"Try again"_s)->isVisible());
        QVERIFY(button(u"Quit"_s)->isEnabled());
        QSignalSpy quits(page(), &StartPage::quitWanted);
        QTest::keyClick(page(), Qt::Key_Escape);
        QCOMPARE(quits.count(), 1);
        silent.close();
    }

    void endsWhenTheFailurePageIsClosed_data()
    {
        QTest::addColumn<bool>("byEscape");
        QTest::newRow("with its X") << false;
        QTest::newRow("with Escape") << true;
    }

    void endsWhenTheFailurePageIsClosed()
    {
        QFETCH(bool, byEscape);
        overwrite("no database");
        QVERIFY(QDir().mkpath(sampleWorkspaceFolder() + u"/in the way"_s));
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(u"workspace.sqlite"_s), 10000);
        button(u"Open the sample workspace"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(u"Sample.patchbay"_s), 10000);
        QTimer::singleShot(0, this, [this, byEscape] {
            if (byEscape)
                QTest::keyClick(page(), Qt::Key_Escape);
            else
                page()->close();
        });
        QTimer late; // a process without a window; gone with this function, or it would end another's event loop
        connect(&late, &QTimer::timeout, this, [] { QCoreApplication::exit(7); });
        late.start(5000);
        QCOMPARE(QCoreApplication::exec(), 0);
    }

    void opensTheSampleFromTheFailurePage()
    {
        overwrite("no database");
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(u"workspace.sqlite"_s), 10000);
        QVERIFY(QDir().mkpath(sampleWorkspaceFolder() + u"/in the way"_s)); // not a workspace: refused
        button(u"Open the sample workspace"_s)->click();
        button(u"Open the sample workspace"_s)->click(); // a second click is none
        QTRY_VERIFY_WITH_TIMEOUT(showsFailure(u"Sample.patchbay"_s), 10000);
        QVERIFY(!button(u"Open the sample workspace"_s)->isVisible());
        QVERIFY(QDir(sampleWorkspaceFolder()).removeRecursively());
        button(u"Try again"_s)->click(); // the sample again, not the damaged one
        QTRY_VERIFY_WITH_TIMEOUT(hasWindow(), 60000);
        QVERIFY(m_console->window()->windowTitle().contains(u"Sample desk"_s));
    }

    void keepsTheOpenWorkspaceWhenTheSampleCannotBeOpened()
    {
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(hasWindow(), 10000);
        QVERIFY(QDir().mkpath(sampleWorkspaceFolder() + u"/in the way"_s));
        MainWindow *const before = m_console->window();
        Q_EMIT before->sampleWorkspaceWanted();
        QTRY_VERIFY_WITH_TIMEOUT(before->toast()->text().contains(u"Sample.patchbay"_s), 10000);
        QCOMPARE(m_console->window(), before);
        QVERIFY(before->isVisible());
        QVERIFY(QDir(sampleWorkspaceFolder()).removeRecursively());
        Q_EMIT before->sampleWorkspaceWanted();
        QTRY_VERIFY_WITH_TIMEOUT(m_console->window() != before, 60000);
        QVERIFY(hasWindow());
    }

    void switchesToTheSampleInTheMiddleOfAnImportAndKeepsTheDraft()
    {
        const QString mbox = manyMails(3000);
        QCOMPARE(m_desk->ctl({u"import"_s, oneMail(), u"--channel"_s, u"Files"_s}).status, 0);
        openConsole();
        QTRY_VERIFY_WITH_TIMEOUT(hasWindow(), 10000);
        MainWindow *const before = m_console->window();
        before->triage().drafts().edit(ConversationId{1}, u"note"_s, u"half a tho"_s);
        ImportRequest request;
        request.paths = QStringList{mbox};
        before->imports().start(u"Imported files"_s, request);
        Q_EMIT before->sampleWorkspaceWanted();
        QTRY_VERIFY_WITH_TIMEOUT(m_console->window() != before, 60000);
        QTest::qWait(500); // an import that resumed now would meet the other workspace
        QVERIFY(hasWindow());
        m_console.reset();
        const int read = m_desk->check().value("received"_L1).toInt();
        QVERIFY2(read < 3001, "the import was over before the switch");
        QCOMPARE(draftIn(m_desk->workspace()), u"half a tho"_s);
        const CtlResult again = m_desk->ctl({u"import"_s, mbox, u"--channel"_s, u"Imported files"_s}, {}, 120);
        QVERIFY2(again.status == 0, again.err.constData());
        QCOMPARE(m_desk->check().value("visible"_L1).toInt(), 3001);
    }

    void losesNothingWhenTheDiskIsFullAndGoesOnWhenThereIsRoom()
    {
        PATCHBAY_SKIP_WITHOUT_SMALL_DISK();
        MailServer mail;
        PATCHBAY_SKIP_WITHOUT_SERVER(mail.isThere(), "Dovecot and Exim");
        constexpr int count = 250;
        mail.empty(mail.support(), "INBOX");
        for (int i = 0; i < count; ++i)
            QVERIFY(mail.append(mail.support(), "INBOX",
                                plainMail(mail.customer().address, mail.support().address, u"Full %1"_s.arg(i),
                                          QString(30000, QChar(u'a' + i % 26)), u"full-%1@customer.test"_s.arg(i))));
        // The real console on a small tmpfs of its own, which grows once the console has said that it is full.
        const QString script = uR"sh(
            mount -t tmpfs -o size=5m none "$1" || exit 10
            SMALL=$1 CTL=$2 CONSOLE=$3 SECRETS=$4 log=$XDG_CACHE_HOME/patchbay/patchbay.log
            run() { "$CTL" --workspace "$SMALL/desk.patchbay" --secrets "$SECRETS" --json "$@"; }
            run init >/dev/null || exit 11
            run channels add mail --name Support "${@:5}" >/dev/null || exit 12
            "$CONSOLE" --workspace "$SMALL/desk.patchbay" --secrets "$SECRETS" 2>/dev/null &
            console=$!
            for ((i = 0; i < 300; i++)); do
                grep -qi "is full" "$log" 2>/dev/null && break
                sleep 0.2
            done
            sleep 2
            kill -0 $console || exit 13
            echo "LOG $(grep -i 'full' "$log" | head -n 1)"
            echo "BEFORE $(run check)"
            mount -o remount,size=200m "$SMALL" || exit 14
            for ((i = 0; i < 400; i++)); do
                run check | grep -q '"visible":250' && break
                sleep 0.3
            done
            kill -0 $console || exit 15
            echo "HEALTHY $(run channels list)"
            kill $console
            wait $console
            echo "AFTER $(run check)"
            echo "LIST $(run conversations list --limit 1000)"
        )sh"_s;
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(u"small"_s));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
        environment.insert(u"XDG_CACHE_HOME"_s, folder.filePath(u"cache"_s));
        m_desk->writeSecret(u"Support.password"_s, mail.support().password);
        QStringList arguments{u"-rm"_s,
                              u"bash"_s,
                              u"-c"_s,
                              script,
                              u"bash"_s,
                              folder.filePath(u"small"_s),
                              QString::fromUtf8(PATCHBAYCTL),
                              QString::fromUtf8(PATCHBAY),
                              m_desk->secretsFolder()};
        for (const QString &setting : mailSettings(mail))
            arguments << u"--set"_s << setting;
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(u"unshare"_s, arguments);
        QVERIFY(process.waitForFinished(240000));
        const QByteArray out = process.readAllStandardOutput();
        const QByteArray shown = out.left(4000) + process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, shown + QByteArray::number(process.exitCode()));
        QVERIFY2(line(out, "LOG").contains("full"), shown);
        const QJsonObject before = QJsonDocument::fromJson(line(out, "BEFORE")).object();
        QVERIFY2(before.value("received"_L1).toInt() < count, "the disk was not full in the middle");
        const QJsonObject after = QJsonDocument::fromJson(line(out, "AFTER")).object();
        QCOMPARE(after.value("received"_L1).toInt(), count);
        QCOMPARE(after.value("visible"_L1).toInt(), count);
        QVERIFY(after.value("adds_up"_L1).toBool());
        QCOMPARE(after.value("integrity"_L1).toString(), u"ok"_s);
        QVERIFY2(!line(out, "HEALTHY").contains("full"), line(out, "HEALTHY"));
        QSet<QString> subjects;
        const QJsonArray list = QJsonDocument::fromJson(line(out, "LIST")).object().value("conversations"_L1).toArray();
        for (const QJsonValue &one : list)
            subjects.insert(one.toObject().value("subject"_L1).toString());
        QCOMPARE(list.size(), count);
        QCOMPARE(subjects.size(), count);
    }

private:
    void openConsole(const QString &location = {})
    {
        ConsoleOptions options;
        options.open.location = location.isEmpty() ? m_desk->workspace() : location;
        options.open.secretsFolder = m_desk->secretsFolder();
        options.open.name = u"My desk"_s;
        options.open.create = true;
        m_console = std::make_unique<Console>(options);
        m_console->start();
    }

    /// For people, when PATCHBAY_SHOTS names a folder.
    void keepPicture() const
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        if (!folder.isEmpty())
            QVERIFY(page()->grab().save(folder + u"/start_page.png"_s));
    }

    StartPage *page() const { return m_console->startPage(); }
    QPushButton *button(const QString &text) const
    {
        for (QPushButton *one : page()->findChildren<QPushButton *>()) {
            if (one->accessibleName() == text)
                return one;
        }
        qFatal("no such button");
    }
    bool hasWindow() const { return m_console->window() && m_console->window()->isVisible() && !page(); }
    bool showsFailure(const QString &words) const
    {
        return page() && page()->isVisible() && page()->sentence().contains(words)
            && button(u"Try again"_s)->isEnabled();
    }
    void tryAgainInVain(const QString &words)
    {
        const SeenDisabled attempt(button(u"Try again"_s));
        QTest::keyClick(page(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(attempt.seen, 10000); // until that attempt has ended, which takes some milliseconds
        QTRY_VERIFY_WITH_TIMEOUT(button(u"Try again"_s)->isEnabled() && showsFailure(words), 10000);
        QVERIFY(button(u"Try again"_s)->hasFocus());
    }

    QString file() const { return m_desk->workspace() + u"/workspace.sqlite"_s; }
    QByteArray bytes() const
    {
        QFile in(file());
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    void overwrite(const QByteArray &content) const
    {
        QFile out(file());
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(content), content.size());
    }

    QString oneMail() const
    {
        QFile out(m_desk->secretsFolder() + u"/one.eml"_s);
        if (out.open(QIODevice::WriteOnly))
            out.write(
                plainMail(u"ana@example.test"_s, u"b@example.test"_s, u"First"_s, u"Hello"_s, u"first@example.test"_s));
        return out.fileName();
    }
    QString manyMails(int count) const
    {
        QFile out(m_desk->secretsFolder() + u"/many.mbox"_s);
        if (!out.open(QIODevice::WriteOnly))
            return {};
        for (int i = 0; i < count; ++i) {
            QByteArray mail = plainMail(u"a@example.test"_s, u"b@example.test"_s, u"Mail %1"_s.arg(i),
                                        QString(500, QChar(u'a' + i % 26)), u"many-%1@example.test"_s.arg(i));
            out.write("From a@example.test Thu Jan  1 00:00:00 2026\n" + mail.replace("\r\n", "\n") + "\n");
        }
        return out.fileName();
    }
    static QString draftIn(const QString &workspace)
    {
        StoreOptions options;
        options.location = workspace;
        auto store = Store::open(options);
        if (!store)
            return store.error().message;
        const auto read = await((*store)->read([](Database &db) -> Result<QString> {
            const auto row = db.row("SELECT draft_text FROM draft");
            return db.finish(row ? row->text(0) : QString());
        }));
        return read ? *read : read.error().message;
    }
    static QStringList mailSettings(const MailServer &mail)
    {
        const MailPerson support = mail.support();
        const auto setting = [](const char *key, const QString &value) { return QLatin1String(key) + u'=' + value; };
        return {setting("address", support.address),          setting("user", support.user),
                setting("imap_host", mail.text("imap_host")), setting("imap_port", mail.text("imap_port")),
                setting("imap_security", u"tls"_s),           setting("smtp_host", mail.text("smtp_host")),
                setting("smtp_port", mail.text("smtp_port")), setting("smtp_security", u"starttls"_s),
                setting("ca_file", mail.text("ca_file")),     setting("retry_ms", u"500"_s)};
    }
    static QByteArray line(const QByteArray &out, const QByteArray &word)
    {
        for (const QByteArray &one : out.split('\n')) {
            if (one.startsWith(word + ' '))
                return one.mid(word.size() + 1);
        }
        return {};
    }

    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<Console> m_console;
};
PATCHBAY_TESTS(WindowBadDays)

#include "tst_window_bad_days.moc"
