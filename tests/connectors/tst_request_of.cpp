#include "connectors/kit/request_of.h"
#include "support/await.h"
#include "support/test_main.h"

#include <QtCore/QThread>
#include <QtTest/QtTest>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

struct BuiltContext {
    QThread *asked = nullptr;
    QString *where = nullptr;
};

Result<Request> buildNoting(const BuiltContext &context)
{
    *context.where = QThread::currentThread() == context.asked ? u"here"_s : u"apart"_s;
    return Request("POST", QUrl(u"/files"_s));
}

} // namespace

/// Where a connector's requests are built.
class TestRequestOf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void buildsWhatCarriesAFileBesideTheEventLoop()
    {
        QString where;
        const BuiltContext about{QThread::currentThread(), &where};
        QVERIFY(tests::await(requestOf(&buildNoting, about, true)));
        QCOMPARE(where, u"apart"_s);
        QVERIFY(tests::await(requestOf(&buildNoting, about, false)));
        QCOMPARE(where, u"here"_s);
    }
};

} // namespace patchbay

using patchbay::TestRequestOf;
PATCHBAY_TESTS(TestRequestOf)
#include "tst_request_of.moc"
