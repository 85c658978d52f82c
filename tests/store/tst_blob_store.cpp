#include "core/store/blob_store.h"
#include "support/store_place.h"
#include "support/test_main.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>

using namespace patchbay;
using namespace patchbay::tests;

class Blobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDialects(); }

    void givesBackWhatWasPut_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray("");
        QTest::newRow("text") << QByteArray("hello");
        QTest::newRow("every byte, quoted") << QByteArray("\0\1\xff'\\\"\n\x80", 8);
        QTest::newRow("3 MB") << QByteArray(3 * 1024 * 1024, '\xe4');
    }
    void givesBackWhatWasPut()
    {
        PATCHBAY_STORE_PLACE(place);
        QFETCH(QByteArray, bytes);
        const auto store = place.open();
        QVERIFY(store);
        const auto name = (*store)->files().put(bytes);
        QVERIFY2(name, name ? "" : qPrintable(name.error().message));
        QCOMPARE(*name, QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
        QCOMPARE(*(*store)->files().put(bytes), *name);
        const auto back = (*store)->files().get(*name);
        QVERIFY(back);
        QCOMPARE(*back, bytes);
    }

    void saysSoWhenAFileIsMissing()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        for (const QByteArray &name : {QByteArray(64, '0'), QByteArray("../../../etc/passwd"), QByteArray()})
            QCOMPARE((*store)->files().get(name).error().kind, Error::Kind::NotFound);
    }

    void canBeUsedFromInsideAWork()
    {
        PATCHBAY_STORE_PLACE(place);
        const auto store = place.open();
        BlobStore *const files = &(*store)->files();
        const auto name =
            answer((*store)->write([files](Database &) { return files->put("from the writer's thread"); }));
        QVERIFY(name);
        QVERIFY((*store)->files().get(*name));
    }
};

class FolderBlobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesBytesThatWereChangedAndHealsThemOnAPut()
    {
        const StorePlace place;
        const auto store = place.open();
        const QByteArray name = *(*store)->files().put("an invoice over 10 EUR");
        const QString path = QStringLiteral("%1/files/%2/%3")
                                 .arg(place.location(), QString::fromLatin1(name.left(2)), QString::fromLatin1(name));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("an invoice over 90 EUR");
        file.close();
        const auto back = (*store)->files().get(name);
        QVERIFY(!back);
        QCOMPARE(back.error().kind, Error::Kind::Storage);
        QVERIFY(back.error().message.contains(QStringLiteral("changed or damaged")));
        QCOMPARE(*(*store)->files().put("an invoice over 10 EUR"), name);
        QVERIFY((*store)->files().get(name));
        QCOMPARE(QDir(QFileInfo(path).absolutePath()).entryList(QDir::Files | QDir::Hidden),
                 QStringList{QString::fromLatin1(name)});
    }
};

PATCHBAY_TESTS(Blobs)
PATCHBAY_TESTS(FolderBlobs)

#include "tst_blob_store.moc"
