#pragma once

#include "core/engine/outbox.h"
#include "far_side.h"
#include "support/await.h"
#include "support/outbox_desk.h"

namespace patchbay::tests {

/// A vendor that is played from the three recordings of a task with two files (files_create, files_finish and
/// files_whole) and keeps what it has. In them, an exchange with "lists" is the list of the files that are named there,
/// one with "attaches" is the call after which the file is there.
class FilesSide final : public Transport {
public:
    CrmFixture create = {};

    static FilesSide of(const QString &connector)
    {
        FilesSide side;
        const std::vector<CrmFixture> all = crmFixtures(connector);
        for (const CrmFixture &one : all) {
            if (one.name == QLatin1String("files_create"))
                side.create = one;
        }
        if (side.create.name.isEmpty())
            return side;
        for (const CrmFixture &one : all) {
            if (one.name.startsWith(QLatin1String("files_")) && one.name != QLatin1String("files_refused"))
                side.add(one);
        }
        return side;
    }
    bool isRecorded() const { return !create.name.isEmpty(); }

    /// Of the calls with "attaches", of the creation, and of the lists, in order; then everything works.
    std::deque<Mishap> uploads = {};
    std::deque<Mishap> creations = {};
    std::deque<Mishap> lists = {};
    std::function<void()> takesTime = {}; ///< called at each request: answers take their time
    bool folds = false; ///< a second creation under our key makes no second task
    int tasks = 0;
    QStringList attached = {};
    QStringList complaints = {};

    Async<Result<Reply>> perform(Request request) override
    {
        if (takesTime)
            takesTime();
        const Line *line = lineOf(request);
        if (!line) {
            complaints << QStringLiteral("not recorded: ") + QString::fromUtf8(request.method()) + QLatin1Char(' ')
                    + request.url().toString() + QLatin1Char('\n') + QString::fromUtf8(request.bytes().left(2000));
            co_return makeError(Error::Kind::Refused, QStringLiteral("not recorded"));
        }
        if (line->lists)
            co_return happens(lists, line->reply);
        if (!line->attaches.isEmpty()) {
            if (uploads.empty() || uploads.front().acts)
                attached << line->attaches;
            co_return happens(uploads, line->reply);
        }
        if (line->creates) {
            if (creations.empty() || creations.front().acts)
                tasks = folds ? 1 : tasks + 1;
            co_return happens(creations, line->reply);
        }
        co_return line->reply;
    }

private:
    struct Line {
        QByteArray method = {};
        QUrl url = {};
        QJsonValue body = {};
        Reply reply = {};
        bool creates = false;
        QString attaches = {};
        std::optional<QStringList> lists = {}; ///< what the vendor has then
        std::optional<bool> found = {}; ///< of a look-up: whether the task is there
        bool isAbsolute = false;
    };
    std::vector<Line> m_lines;

    static Result<Reply> happens(std::deque<Mishap> &what, const Reply &otherwise)
    {
        if (what.empty())
            return otherwise;
        const Mishap mishap = what.front();
        what.pop_front();
        if (mishap.error)
            return *mishap.error;
        return mishap.reply.value_or(otherwise);
    }

    static QJsonValue sent(const Request &request, const QJsonValue &likeThis)
    {
        if (likeThis.isString())
            return QString::fromUtf8(request.bytes());
        const QJsonDocument json = QJsonDocument::fromJson(request.bytes());
        return json.isArray() ? QJsonValue(json.array()) : QJsonValue(json.object());
    }

    const Line *lineOf(const Request &request) const
    {
        for (const Line &line : m_lines) {
            const QUrl::FormattingOptions target = line.isAbsolute
                ? QUrl::FormattingOptions(QUrl::FullyEncoded)
                : QUrl::FullyEncoded | QUrl::RemoveScheme | QUrl::RemoveAuthority;
            const bool fits = line.method == request.method()
                && line.url.toString(target) == request.url().toString(target)
                && (line.body.isUndefined() || line.body == sent(request, line.body));
            if (fits && line.found.value_or(tasks > 0) == (tasks > 0) && line.lists.value_or(attached) == attached)
                return &line;
        }
        return nullptr;
    }

    void add(const CrmFixture &fixture)
    {
        bool made = fixture.name != QLatin1String("files_create");
        for (const QJsonValue &one : fixture.dialogue()) {
            const QJsonObject exchange = one.toObject();
            const QJsonObject request = exchange.value(QLatin1String("request")).toObject();
            const QString path = CrmBench::withSecrets(request.value(QLatin1String("path"))).toString();
            Line line;
            line.method = request.value(QLatin1String("method")).toString().toUtf8();
            line.url = QUrl::fromEncoded(path.toUtf8());
            line.isAbsolute = path.startsWith(QLatin1String("http"));
            line.body = CrmBench::withSecrets(request.value(QLatin1String("body")));
            line.reply = RecordedSide::replyOf(exchange);
            line.creates = exchange.value(QLatin1String("creates")).toBool();
            line.attaches = exchange.value(QLatin1String("attaches")).toString();
            if (exchange.contains(QLatin1String("lists")))
                line.lists = exchange.value(QLatin1String("lists")).toVariant().toStringList();
            else if (exchange.value(QLatin1String("looks_up")).toBool())
                line.found = made;
            made = made || line.creates;
            m_lines.push_back(line);
        }
    }
};

/// A workspace with one target of this connector, whose vendor is played, and a task with two files.
struct FilesDesk {
    OutboxDesk desk = OutboxDesk();
    FilesSide far;
    QJsonObject files = {}; ///< their contents by hash
    std::unique_ptr<CrmConnector> connector = {};
    std::unique_ptr<Outbox> outbox = {};

    explicit FilesDesk(const QString &id)
        : far(FilesSide::of(id))
        , files(far.create.given().value(QLatin1String("files")).toObject())
    {
        desk.clock.advanceTo(timeOf(far.create));
        far.takesTime = [this] { desk.clock.advance(std::chrono::milliseconds(250)); }; // else limits are waited for
        ConnectorServices services{&far, {}, &desk.clock, [] { return 0.0; }};
        services.storeSecret = [](AccountConfig, QString, QString) { return CrmBench::storedNow(); };
        services.readFile = [this](QByteArray sha256) { return fileOf(files, std::move(sha256)); };
        const Catalog catalog = makeCatalog(services, id);
        const CrmConnectorInfo &info = *catalog.crm(id);
        connector = info.create(accountOf(far.create, info));
        const Idempotency repeats = connector->facts().idempotency;
        far.folds = repeats == Idempotency::Native || repeats == Idempotency::Upsert;
        auto resolve = [this](const Delivery &) -> Result<Destination *> {
            return static_cast<Destination *>(connector.get());
        };
        outbox =
            std::make_unique<Outbox>(*desk.store, resolve, QStringLiteral("test"), OutboxLimits{}, [] { return 0.5; });
    }

    /// Queues the task and turns the clock from one attempt to the next until nothing more happens by itself.
    Delivery settled()
    {
        Delivery task = desk.newDelivery(DeliveryKind::Task, desk.addConversation(), far.create.request().key);
        task.payload = far.create.request().payload;
        const DeliveryId id = desk.add(task);
        for (int step = 0; step < 100; ++step) {
            if (!await(outbox->runOnce()))
                break;
            const DeliveryState state = desk.delivery(id).state;
            if (state != DeliveryState::Queued && state != DeliveryState::Failed)
                break;
            desk.clock.advance(std::chrono::seconds(1));
            desk.clock.advanceTo(desk.nextDueAt());
        }
        return desk.delivery(id);
    }
};

} // namespace patchbay::tests
