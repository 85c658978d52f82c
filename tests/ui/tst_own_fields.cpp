#include "core/store/account_table.h"
#include "support/console_desk.h"
#include "support/test_main.h"
#include "ui/widgets/conversation_list_pane.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/own_fields_form.h"
#include "ui/widgets/picker.h"
#include "ui/widgets/route_editor.h"
#include "ui/widgets/routes_dialog.h"

#include <QtCore/QDir>
#include <QtCore/QJsonArray>
#include <QtCore/QPromise>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay::tests {

using namespace Qt::StringLiterals;

namespace {

/// What a tracker answers, for as long as it takes.
struct TrackerScript {
    QFuture<void> gate = QtFuture::makeReadyFuture();
    Result<std::vector<FieldChoice>> answer = std::vector<FieldChoice>();
    int asked = 0;
};

class ScriptedTracker final : public CrmConnector {
public:
    explicit ScriptedTracker(TrackerScript &script)
        : m_script(script)
    {
    }
    DeliveryFacts facts() const override { return {}; }
    Result<QString> preview(DeliveryRequest request) const override
    {
        return QString::fromUtf8(QJsonDocument(request.payload).toJson());
    }
    Async<Result<Receipt>> deliver(DeliveryRequest, BeforeEffect) override { co_return Receipt(); }
    Async<Result<std::optional<Receipt>>> lookUp(DeliveryRequest) override { co_return std::optional<Receipt>(); }
    Async<Result<RemoteTask>> status(QString) override { co_return RemoteTask(); }
    Async<Result<std::vector<FieldChoice>>> fields() override
    {
        ++m_script.asked;
        auto waiting = m_script.gate.then([] { return Result<Done>(Done{}); });
        (void)co_await finished(std::move(waiting));
        co_return m_script.answer;
    }
    Async<Result<QString>> test() override { co_return u"Signed in"_s; }

private:
    TrackerScript &m_script;
};

} // namespace

/// A target's own fields in the form of a mapping.
class OwnFieldsTest final : public QObject {
    Q_OBJECT

    TrackerScript m_script;
    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<MainWindow> m_window;

    static std::vector<FieldChoice> choices()
    {
        return {{u"tracker_id"_s, u"1"_s, u"Bug"_s},
                {u"tracker_id"_s, u"2"_s, u"Question <b>x</b>"_s},
                {u"priority_id"_s, u"4"_s, u"Urgent"_s}};
    }
    RoutesDialog *open(const QJsonObject &fields = {})
    {
        m_desk = std::make_unique<ConsoleDesk>();
        m_desk->addTargetConnector({.id = u"scripted"_s,
                                    .title = u"Tracker"_s,
                                    .create = [this](AccountConfig) -> std::unique_ptr<CrmConnector> {
                                        return std::make_unique<ScriptedTracker>(m_script);
                                    }});
        m_desk->receive({{.subject = "Charged twice", .text = "My card was charged twice, please refund."}});
        const auto target = await(m_desk->commands->addTarget(u"scripted"_s, u"Tracker"_s, {}));
        if (!target)
            return nullptr;
        Route route = *m_desk->read(
            [](Database &db) -> Result<Route> { return db.finish(routes::byName(db, u"Tasks"_s).value_or(Route{})); });
        route.targets = {target->id};
        if (!fields.isEmpty()) {
            FieldMapping mapping;
            mapping.target = target->id;
            mapping.fields = fields;
            route.mappings = {mapping};
        }
        if (!await(m_desk->commands->changeRoute(route)) || !await(m_desk->targets_->load()))
            return nullptr;
        m_window = std::make_unique<MainWindow>(m_desk->context());
        m_window->show();
        (void)QTest::qWaitForWindowActive(m_window.get());
        m_window->actions().trigger(u"setup.routes"_s);
        auto *dialog = m_window->findChild<RoutesDialog *>();
        const bool ready =
            dialog && QTest::qWaitFor([dialog] {
                return !dialog->editor()->nameField()->text().isEmpty() && dialog->preview() != u"Loading…"_s;
            });
        return ready ? dialog : nullptr;
    }
    QJsonObject stored()
    {
        const Route route = *m_desk->read(
            [](Database &db) -> Result<Route> { return db.finish(routes::byName(db, u"Tasks"_s).value_or(Route{})); });
        return route.mappings.empty() ? QJsonObject() : route.mappings.front().fields;
    }
    static void type(OwnFieldRow *row, const QString &name, OwnField::Kind kind, const QString &value)
    {
        row->nameField()->setEditText(name);
        row->kindField()->setCurrentIndex(row->kindField()->findData(int(kind)));
        Q_EMIT row->kindField()->activated(row->kindField()->currentIndex());
        if (kind == OwnField::Kind::List || kind == OwnField::Kind::Json)
            row->linesField()->setPlainText(value);
        else
            row->valueField()->setEditText(value);
    }
    void keepBoth(QWidget &widget, const QString &name)
    {
        const QString folder = qEnvironmentVariable("PATCHBAY_SHOTS");
        for (const auto &[scheme, suffix] :
             {std::pair(Theme::Scheme::Light, u"light"_s), {Theme::Scheme::Dark, u"dark"_s}}) {
            if (folder.isEmpty())
                return;
            m_window->theme().set(scheme);
            QTest::qWait(250);
            QDir().mkpath(folder);
            QVERIFY(widget.grab().save(u"%1/%2-%3.png"_s.arg(folder, name, suffix)));
        }
    }

private Q_SLOTS:
    void init() { m_script = {}; }
    void cleanup()
    {
        m_window.reset();
        m_desk.reset();
    }

    void readsAndWritesEachKindOfValue_data()
    {
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<int>("kind");
        using Kind = OwnField::Kind;
        const auto row = [](const char *name, const QJsonValue &value, Kind kind) {
            QTest::newRow(name) << value << int(kind);
        };
        row("text", u"{{contact.name}}"_s, Kind::Text);
        row("empty text", u""_s, Kind::Text);
        row("text of lines", u"a\nb"_s, Kind::Json);
        row("text with blanks", u" a "_s, Kind::Json);
        row("number", 3, Kind::Number);
        row("fraction", -2.5, Kind::Number);
        row("large", qint64(123456789012345), Kind::Number);
        row("exponent", 1e-12, Kind::Json);
        row("yes", true, Kind::Switch);
        row("no", false, Kind::Switch);
        row("list", QJsonArray{u"a"_s, u"{{contact.name}}"_s}, Kind::List);
        row("empty list", QJsonArray{}, Kind::List);
        row("mixed list", QJsonArray{u"a"_s, 1}, Kind::Json);
        row("list of lines", QJsonArray{u"a\nb"_s}, Kind::Json);
        row("object", QJsonObject{{u"id"_s, u"3"_s}}, Kind::Json);
        row("null", QJsonValue(QJsonValue::Null), Kind::Json);
    }
    void readsAndWritesEachKindOfValue()
    {
        QFETCH(QJsonValue, value);
        QFETCH(int, kind);
        const OwnField field = ownFieldOf(u"f"_s, value);
        QCOMPARE(int(field.kind), kind);
        const Result<QJsonValue> back = valueOf(field);
        QVERIFY2(back, qPrintable(back ? QString() : back.error().message));
        QCOMPARE(*back, value);
        const OwnFieldRow row(field, {}, nullptr); // the widget loses nothing either
        QCOMPARE(row.field(), field);
    }

    void refusesWhatIsNoValueWithASentence_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("sentence");
        using Kind = OwnField::Kind;
        const auto row = [](const char *name, Kind kind, const QString &text, const QString &sentence) {
            QTest::newRow(name) << int(kind) << text << sentence;
        };
        row("no number", Kind::Number, u"three"_s, u"needs a number like 3"_s);
        row("placeholder", Kind::Number, u"{{now}}"_s, u"needs a number like 3"_s);
        row("long number", Kind::Number, u"12345678901234567"_s, u"needs a number like 3"_s);
        row("hex", Kind::Number, u"0x10"_s, u"needs a number like 3"_s);
        row("broken json", Kind::Json, u"{\"a\":"_s, u"f"_s);
        row("two values", Kind::Json, u"1, 2"_s, u"needs one JSON value"_s);
        row("escaped", Kind::Json, u"1], [2"_s, u"f"_s);
        row("twice", Kind::Json, u"{\"a\": 1, \"a\": 2}"_s, u"f"_s);
        row("long in json", Kind::Json, u"{\"a\": 12345678901234567890}"_s, u"f"_s);
        row("too long", Kind::Text, QString(30'000, u'x'), u"longer than"_s);
    }
    void refusesWhatIsNoValueWithASentence()
    {
        QFETCH(int, kind);
        QFETCH(QString, text);
        QFETCH(QString, sentence);
        const Result<QJsonValue> value = valueOf({u"f"_s, OwnField::Kind(kind), text});
        QVERIFY(!value);
        QVERIFY2(value.error().message.contains(sentence), qPrintable(value.error().message));
        QVERIFY(value.error().message.endsWith(u'.') || value.error().message.contains(u"f"_s));
    }

    void offersWhatTheTargetTakesAndSendsTheValue()
    {
        m_script.answer = choices();
        RoutesDialog *dialog = open();
        QVERIFY(dialog);
        OwnFieldsForm *form = dialog->editor()->ownFields();
        QTRY_VERIFY2(form->state().startsWith(u"Tracker offers 3 choices"_s), qPrintable(form->state()));
        form->addButton()->click();
        QCOMPARE(form->rows().size(), size_t(1));
        OwnFieldRow *row = form->rows().front();
        QVERIFY(row->isAncestorOf(dialog->focusWidget()));
        QCOMPARE(row->nameField()->count(), 2);
        row->nameField()->setEditText(u"tracker_id"_s);
        QCOMPARE(row->valueField()->count(), 2);
        QVERIFY(row->valueField()->itemText(1).contains(u"Question <b>x</b>"_s));
        row->valueField()->setCurrentIndex(1);
        Q_EMIT row->valueField()->activated(1);
        QCOMPARE(row->valueField()->currentText(), u"2"_s);
        QCOMPARE(row->note(), u"= Question <b>x</b>"_s);
        QTRY_VERIFY2(dialog->preview().contains(u"\"tracker_id\": \"2\""_s), qPrintable(dialog->preview()));
        keepBoth(*dialog, u"mapping-choices"_s);
        row->valueField()->setEditText(u"77"_s);
        QVERIFY(row->note().contains(u"offered 2 values, and this is none"_s));
        row->valueField()->setEditText(u"{{task.category}}"_s);
        QVERIFY(row->note().isEmpty());
        dialog->save();
        QTRY_VERIFY(dialog->answer().startsWith(u"Saved"_s));
        QCOMPARE(stored(), (QJsonObject{{u"tracker_id"_s, u"{{task.category}}"_s}}));
        QCOMPARE(m_script.asked, 1);
    }

    void keepsNumbersSwitchesAndListsAndShowsThemInTheRequest()
    {
        m_script.answer = choices();
        RoutesDialog *dialog = open({{u"due_in"_s, 3}, {u"private"_s, true}, {u"tags"_s, QJsonArray{u"a"_s, u"b"_s}}});
        QVERIFY(dialog);
        OwnFieldsForm *form = dialog->editor()->ownFields();
        QCOMPARE(form->rows().size(), size_t(3));
        QTRY_VERIFY(form->state().startsWith(u"Tracker offers"_s));
        keepBoth(*dialog, u"mapping-kinds"_s);
        type(form->addRow(), u"ratio"_s, OwnField::Kind::Number, u"2.5"_s);
        type(form->addRow(), u"nested"_s, OwnField::Kind::Json, u"{\"id\": \"{{contact.name}}\"}"_s);
        type(form->addRow(), u"labels"_s, OwnField::Kind::List, u"one\n\n{{task.category}}"_s);
        QTRY_VERIFY2(dialog->preview().contains(u"\"ratio\": 2.5"_s), qPrintable(dialog->preview()));
        QVERIFY(dialog->preview().contains(u"\"private\": true"_s));
        QVERIFY(dialog->preview().contains(u"\"id\": \"Ana Silva\""_s));
        dialog->save();
        QTRY_VERIFY2(dialog->answer().startsWith(u"Saved"_s), qPrintable(dialog->answer()));
        const QJsonObject wanted{{u"due_in"_s, 3},
                                 {u"private"_s, true},
                                 {u"tags"_s, QJsonArray{u"a"_s, u"b"_s}},
                                 {u"ratio"_s, 2.5},
                                 {u"nested"_s, QJsonObject{{u"id"_s, u"{{contact.name}}"_s}}},
                                 {u"labels"_s, QJsonArray{u"one"_s, u"{{task.category}}"_s}}};
        QCOMPARE(stored(), wanted);
    }

    void savesNothingWhileAFieldCannotBeRead()
    {
        RoutesDialog *dialog = open({{u"due_in"_s, 3}});
        QVERIFY(dialog);
        OwnFieldRow *row = dialog->editor()->ownFields()->rows().front();
        row->valueField()->setEditText(u"three"_s);
        QTRY_VERIFY2(dialog->preview().contains(u"“due_in” needs a number"_s), qPrintable(dialog->preview()));
        dialog->save();
        QVERIFY2(dialog->answer().contains(u"“due_in” needs a number"_s), qPrintable(dialog->answer()));
        QCOMPARE(stored(), (QJsonObject{{u"due_in"_s, 3}}));
        row->valueField()->setEditText(u"4"_s);
        dialog->save();
        QTRY_VERIFY(dialog->answer().startsWith(u"Saved"_s));
        QCOMPARE(stored(), (QJsonObject{{u"due_in"_s, 4}}));
        type(dialog->editor()->ownFields()->addRow(), u"due_in"_s, OwnField::Kind::Text, u"x"_s);
        dialog->save();
        QVERIFY(dialog->answer().contains(u"“due_in” stands twice"_s));
    }

    void saysThatItIsReadingAndThatTheTargetIsOffline()
    {
        QPromise<void> gate;
        gate.start();
        m_script.gate = gate.future();
        m_script.answer = makeError(Error::Kind::Offline, u"No route to tracker.example."_s);
        RoutesDialog *dialog = open();
        QVERIFY(dialog);
        OwnFieldsForm *form = dialog->editor()->ownFields();
        QTRY_COMPARE(form->state(), u"Reading what Tracker offers…"_s);
        QVERIFY(!form->refreshButton()->isEnabled());
        form->addButton()->click(); // nobody waits for it
        gate.finish();
        QTRY_VERIFY2(form->state().contains(u"cannot be reached now"_s), qPrintable(form->state()));
        QVERIFY(form->state().contains(u"No route to tracker.example."_s));
        QVERIFY(form->state().contains(u"can be typed all the same"_s));
        QCOMPARE(form->rows().size(), size_t(1));
        keepBoth(*dialog, u"mapping-offline"_s);
        m_script.answer = choices();
        form->refreshButton()->click();
        QTRY_VERIFY(form->state().startsWith(u"Tracker offers 3 choices"_s));
        QCOMPARE(form->rows().front()->nameField()->count(), 2);
        m_script.answer = makeError(Error::Kind::Unauthorized, u"The key is wrong."_s);
        form->refreshButton()->click();
        QTRY_VERIFY2(form->state().contains(u"could not be read: The key is wrong."_s), qPrintable(form->state()));
        QVERIFY(form->state().contains(u"read before stay"_s));
        QCOMPARE(form->rows().front()->nameField()->count(), 2);
        QCOMPARE(m_script.asked, 3);
    }

    void saysThatATargetOffersNothing()
    {
        RoutesDialog *dialog = open();
        QVERIFY(dialog);
        QTRY_COMPARE(dialog->editor()->ownFields()->state(), u"Tracker offers no choices; fields are typed."_s);
    }

    void putsAPlaceholderIntoTheFieldWhereOneTypedLast()
    {
        RoutesDialog *dialog = open({{u"cf_1"_s, u"by "_s + u"x"_s}});
        QVERIFY(dialog);
        OwnFieldRow *row = dialog->editor()->ownFields()->rows().front();
        row->valueField()->setFocus();
        row->valueField()->lineEdit()->end(false);
        QPushButton *insert = nullptr;
        for (QPushButton *button : dialog->editor()->findChildren<QPushButton *>()) {
            if (button->text().startsWith(u"Insert a placeholder"_s))
                insert = button;
        }
        QVERIFY(insert);
        insert->setFocus(); // as with Tab
        insert->click();
        QTRY_VERIFY(qobject_cast<Picker *>(QApplication::activeModalWidget()));
        auto *picker = qobject_cast<Picker *>(QApplication::activeModalWidget());
        QTest::keyClicks(picker->field(), u"contact.name"_s);
        QTest::keyClick(picker->field(), Qt::Key_Return);
        QTRY_COMPARE(row->valueField()->currentText(), u"by x{{contact.name}}"_s);
        row->findChildren<QPushButton *>().last()->click();
        QVERIFY(dialog->editor()->ownFields()->rows().empty());
        QVERIFY(dialog->editor()->route().mappings.empty());
    }
};

} // namespace patchbay::tests

using patchbay::tests::OwnFieldsTest;
PATCHBAY_TESTS(OwnFieldsTest)
#include "tst_own_fields.moc"
