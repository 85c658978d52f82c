#include "support/crm_fixture.h"
#include "support/test_main.h"

#include <QtCore/QXmlStreamReader>

using namespace patchbay;
using namespace Qt::StringLiterals;
using tests::wholeCatalog;

class TestCatalog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsEveryFolderInTheCatalog();
    void showsATitleAFormHelpAndAnIcon_data() { connectors(); }
    void showsATitleAFormHelpAndAnIcon();
    void refusesEmptySettingsByTheFieldsName_data();
    void refusesEmptySettingsByTheFieldsName();

private:
    void connectors();
    void crms();
};

void TestCatalog::refusesEmptySettingsByTheFieldsName_data()
{
    QTest::addColumn<QString>("id");
    crms();
}

void TestCatalog::connectors()
{
    QTest::addColumn<QString>("id");
    const Catalog &catalog = wholeCatalog();
    for (const ChatConnectorInfo &chat : catalog.chats)
        QTest::newRow(qPrintable(chat.id)) << chat.id;
    for (const ModelConnectorInfo &model : catalog.models)
        QTest::newRow(qPrintable(model.id)) << model.id;
    crms();
}

void TestCatalog::crms()
{
    const Catalog &catalog = wholeCatalog();
    for (const CrmConnectorInfo &crm : catalog.crms)
        QTest::newRow(qPrintable(crm.id)) << crm.id;
}

void TestCatalog::findsEveryFolderInTheCatalog()
{
    const Catalog &catalog = wholeCatalog();
    QVERIFY(!catalog.crms.empty());
    for (const QString &kind : {u"chat"_s, u"crm"_s, u"ai"_s}) {
        const QDir folder(tests::connectorsFolder() + u'/' + kind);
        const QStringList ids = folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        QVERIFY2(!ids.isEmpty(), qPrintable(folder.path()));
        for (const QString &id : ids) {
            const bool written = QFile::exists(folder.filePath(u"%1/%1.cpp"_s.arg(id)));
            const bool found = kind == u"crm"_s ? catalog.crm(id) != nullptr
                : kind == u"ai"_s               ? catalog.model(id) != nullptr
                                                : catalog.chat(id) != nullptr;
            QVERIFY2(found == written, qPrintable(kind + u'/' + id));
        }
    }
}

void TestCatalog::showsATitleAFormHelpAndAnIcon()
{
    QFETCH(QString, id);
    const Catalog &catalog = wholeCatalog();
    const ChatConnectorInfo *chat = catalog.chat(id);
    const CrmConnectorInfo *crm = catalog.crm(id);
    const ModelConnectorInfo *model = catalog.model(id);
    QVERIFY(!(chat ? chat->title : crm ? crm->title : model->title).isEmpty());
    QVERIFY((chat ? chat->setupHelp : crm ? crm->setupHelp : model->setupHelp).size() > 100);
    QVERIFY(chat ? bool(chat->create) : crm ? bool(crm->create) : bool(model->create));
    QVERIFY(chat ? chat->check && chat->parse : (crm ? crm->check : model->check) != nullptr);
    QSet<QString> keys;
    for (const FormField &field : chat ? chat->form : crm ? crm->form : model->form) {
        QVERIFY2(!field.label.isEmpty(), qPrintable(field.key));
        QVERIFY2(!keys.contains(field.key), qPrintable(field.key));
        QCOMPARE(field.kind == FormField::Kind::Choice, !field.choices.isEmpty());
        QVERIFY(field.kind != FormField::Kind::Secret || field.initial.isEmpty());
        keys.insert(field.key);
    }
    QVERIFY(QFile::exists(u":/connectors/%1/setup.md"_s.arg(id)));
    QFile icon(u":/connectors/%1/%1.svg"_s.arg(id));
    QVERIFY(icon.open(QIODevice::ReadOnly));
    QVERIFY(icon.size() < 20'000);
    QXmlStreamReader svg(&icon);
    QVERIFY(svg.readNextStartElement());
    QCOMPARE(svg.name(), u"svg"_s);
    while (!svg.atEnd()) {
        svg.readNext();
        QVERIFY(svg.name() != u"script"_s && svg.name() != u"image"_s);
    }
    QVERIFY(!svg.hasError());
}

void TestCatalog::refusesEmptySettingsByTheFieldsName()
{
    QFETCH(QString, id);
    const Catalog &catalog = wholeCatalog();
    const CrmConnectorInfo *crm = catalog.crm(id);
    const Result<Done> checked = crm->check(AccountConfig{});
    const bool asks = std::any_of(crm->form.begin(), crm->form.end(), [](const FormField &field) {
        return field.required && field.kind != FormField::Kind::Secret;
    });
    QCOMPARE(checked.ok(), !asks);
    if (!asks)
        return;
    QCOMPARE(checked.error().kind, Error::Kind::Refused);
    const bool named = std::any_of(crm->form.begin(), crm->form.end(), [&checked](const FormField &field) {
        return checked.error().message.contains(field.label);
    });
    QVERIFY2(named, qPrintable(checked.error().message));
}

PATCHBAY_TESTS(TestCatalog)
#include "tst_catalog.moc"
