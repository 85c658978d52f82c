#pragma once

#include "core/store/task_table.h"
#include "core/store/taxonomy_table.h"
#include "support/console_desk.h"
#include "ui/models/existing_model.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/existing_view.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/task_dialog.h"
#include "ui/widgets/task_fields.h"

#include <QtCore/QDir>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMessageBox>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

/// What a tracker answers, and when.
struct RecordScript {
    QFuture<void> gate = QtFuture::makeReadyFuture();
    bool canList = true;
    Result<std::vector<RemoteRecord>> records = std::vector<RemoteRecord>();
    QHash<QString, RemoteTask> there = {}; ///< by id
    int asked = 0;
    int delivered = 0;
};

class RecordTracker final : public CrmConnector {
public:
    explicit RecordTracker(RecordScript &script)
        : m_script(script)
    {
    }
    DeliveryFacts facts() const override { return {}; }
    Result<QString> preview(DeliveryRequest request) const override
    {
        return u"POST https://tracker.example/issues\n\n"_s
            + QString::fromUtf8(QJsonDocument(request.payload).toJson());
    }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override
    {
        ++m_script.delivered;
        co_return Receipt();
    }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<RemoteTask>> status(QString id) override
    {
        if (!m_script.there.contains(id))
            co_return makeError(Error::Kind::NotFound, u"HTTP 404: “No such issue”"_s);
        co_return m_script.there.value(id);
    }
    Async<Result<std::vector<FieldChoice>>> fields() override { co_return std::vector<FieldChoice>(); }
    bool hasRecords() const override { return m_script.canList; }
    Async<Result<std::vector<RemoteRecord>>> records(TaskPayload) override
    {
        ++m_script.asked;
        auto waiting = m_script.gate.then([] { return Result<Done>(Done{}); });
        (void)co_await finished(std::move(waiting));
        co_return m_script.records;
    }
    Async<Result<QString>> test() override { co_return u"Signed in"_s; }

private:
    RecordScript &m_script;
};

inline RemoteRecord recordCalled(const QString &id, const QString &title, bool closed = false)
{
    RemoteRecord record;
    record.externalId = id;
    record.title = title;
    record.status = closed ? u"Done"_s : u"In Progress"_s;
    record.closed = closed;
    record.url = u"https://tracker.example/issues/"_s + id;
    return record;
}

/// A console with one conversation whose default route leads to a tracker that answers what the test says, and its
/// Task dialog.
struct TaskDesk {
    RecordScript script = {};
    std::unique_ptr<ConsoleDesk> desk = {};
    std::unique_ptr<MainWindow> window = {};
    TargetId tracker = {};

    ~TaskDesk()
    {
        window.reset();
        desk.reset();
    }

    void open()
    {
        desk = std::make_unique<ConsoleDesk>();
        CrmConnectorInfo info;
        info.id = u"scripted"_s;
        info.title = u"Tracker"_s;
        info.idempotency = [](const QJsonObject &) { return Idempotency::Lookup; };
        info.create = [this](AccountConfig) -> std::unique_ptr<CrmConnector> {
            return std::make_unique<RecordTracker>(script);
        };
        desk->addTargetConnector(info);
        ConsoleDesk::Mail mail;
        mail.subject = "Charged twice";
        mail.text = "My card was charged twice for the same invoice, please refund one payment.";
        mail.messageId = "first@example.org";
        desk->receive({mail});
        const auto target = await(desk->commands->addTarget(u"scripted"_s, u"Tracker"_s, {}));
        QVERIFY2(target, qPrintable(target ? QString() : target.error().message));
        tracker = target->id;
        Route tasks = route();
        tasks.targets = {tracker};
        QVERIFY(await(desk->commands->changeRoute(tasks)));
        QVERIFY(await(desk->targets_->load()));
    }
    void openWindow()
    {
        window = std::make_unique<MainWindow>(desk->context());
        window->show();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        window->showView(conversations::View::All);
        QTRY_COMPARE(window->listPane()->model().rowCount(), 1);
        QTRY_VERIFY(window->triage().details());
    }
    Route route()
    {
        return *desk->read(
            [](Database &db) -> Result<Route> { return db.finish(routes::byName(db, u"Tasks"_s).value_or(Route{})); });
    }
    void key(Qt::Key key)
    {
        QWidget *focus = window->focusWidget() ? window->focusWidget() : window.get();
        QTest::keyClick(focus, key);
    }
    /// By its key, and ready to be written in.
    TaskDialog *press()
    {
        key(Qt::Key_T);
        auto *dialog = window->findChild<TaskDialog *>();
        const bool ready =
            dialog && QTest::qWaitFor([dialog] {
                return dialog->isReady() && dialog->goesTo() != u"Loading…"_s && dialog->existingModel().isLoaded();
            });
        return ready ? dialog : nullptr;
    }
    std::vector<Delivery> deliveriesOfAll()
    {
        return *desk->read([id = window->triage().current()](Database &db) -> Result<std::vector<Delivery>> {
            return db.finish(deliveries::ofConversation(db, id));
        });
    }
    void more(const QByteArray &text)
    {
        ConsoleDesk::Mail mail;
        mail.subject = "Re: Charged twice";
        mail.text = text;
        mail.minutesAgo = 1;
        mail.inReplyTo = "first@example.org";
        desk->receive({mail});
    }
    void answerQuestion(const QString &button)
    {
        QMessageBox *box = nullptr;
        QTRY_VERIFY((box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget())) != nullptr);
        for (QAbstractButton *one : box->buttons()) {
            if (one->text().remove(QLatin1Char('&')) == button)
                QTest::mouseClick(one, Qt::LeftButton);
        }
        QTRY_VERIFY(!qobject_cast<QMessageBox *>(QApplication::activeModalWidget()));
    }
    void keepBoth(QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, suffix] :
             {std::pair{Theme::Scheme::Light, u"light"_s}, std::pair{Theme::Scheme::Dark, u"dark"_s}}) {
            window->theme().set(scheme);
            QTest::qWait(100);
            const QPixmap picture = widget.grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty()) {
                QDir().mkpath(folder);
                QVERIFY(picture.save(QStringLiteral("%1/%2-%3.png").arg(folder, suffix, name)));
            }
        }
    }
};

} // namespace patchbay::tests
