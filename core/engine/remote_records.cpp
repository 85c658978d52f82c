#include "core/engine/remote_records.h"

#include <QtCore/QUrl>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestRecordTitle = 300;
constexpr qsizetype mostAddressesAsked = 5; ///< each is a call or two
constexpr qsizetype longestRecordWord = 200;
constexpr qsizetype longestRecordId = 300;
constexpr qsizetype longestRecordAddress = 2000;

/// Open ones first, the newest first, no longer than a list needs.
std::vector<RemoteRecord> boundedRecords(std::vector<RemoteRecord> records)
{
    std::stable_sort(records.begin(), records.end(), [](const RemoteRecord &a, const RemoteRecord &b) {
        if (a.closed != b.closed)
            return b.closed;
        return a.changed > b.changed;
    });
    std::erase_if(records, [](const RemoteRecord &one) {
        return one.externalId.isEmpty() || one.externalId.size() > longestRecordId;
    });
    if (records.size() > mostRemoteRecords)
        records.resize(mostRemoteRecords);
    for (RemoteRecord &one : records) {
        one.title = one.title.left(longestRecordTitle);
        one.status = one.status.left(longestRecordWord);
        if (one.url.size() > longestRecordAddress)
            one.url.clear();
    }
    return records;
}

/// An address of another system must not link a record of this one that has the same number.
bool isElsewhere(const QString &typed, const QString &page)
{
    const QUrl asked(typed.trimmed(), QUrl::StrictMode);
    const QUrl found(page, QUrl::StrictMode);
    return !asked.host().isEmpty() && !found.host().isEmpty()
        && asked.host().compare(found.host(), Qt::CaseInsensitive) != 0;
}

} // namespace

RemoteRecords::RemoteRecords(Targets &targets)
    : m_targets(targets)
{
}

Result<bool> RemoteRecords::canList(TargetId target) const
{
    const Result<CrmConnector *> connector = m_targets.live(target);
    if (!connector)
        return connector.error();
    return (*connector)->hasRecords();
}

QFuture<Result<std::vector<RemoteRecord>>> RemoteRecords::of(TargetId target, TaskPayload about, QStringList also)
{
    return m_scope.run(ofNow(target, std::move(about), std::move(also)));
}

QFuture<Result<RemoteRecord>> RemoteRecords::read(TargetId target, QString typed)
{
    return m_scope.run(readNow(target, std::move(typed)));
}

Async<Result<std::vector<RemoteRecord>>> RemoteRecords::ofNow(TargetId target, TaskPayload about, QStringList also)
{
    also.removeAll(about.contact.address);
    also.prepend(about.contact.address);
    std::vector<RemoteRecord> all;
    for (const QString &address : also.mid(0, mostAddressesAsked)) {
        const Result<CrmConnector *> live = m_targets.live(target); // it may have been made anew meanwhile
        if (!live)
            co_return live.error();
        TaskPayload one = about;
        one.contact.address = address;
        auto asking = (*live)->records(std::move(one));
        Result<std::vector<RemoteRecord>> read = co_await std::move(asking);
        if (!read)
            co_return read.error();
        for (RemoteRecord &record : *read) {
            const bool known = std::any_of(
                all.begin(), all.end(), [&](const RemoteRecord &each) { return each.externalId == record.externalId; });
            if (!known)
                all.push_back(std::move(record));
        }
    }
    co_return boundedRecords(std::move(all));
}

Async<Result<RemoteRecord>> RemoteRecords::readNow(TargetId target, QString typed)
{
    const Result<CrmConnector *> connector = m_targets.live(target);
    if (!connector)
        co_return connector.error();
    const QString id = (*connector)->recordIn(typed);
    if (id.isEmpty() || id.size() > longestRecordId)
        co_return makeError(Error::Kind::Refused,
                            u"There is no id of a record in “%1”."_s.arg(typed.simplified().left(80)));
    auto asking = (*connector)->status(id);
    const Result<RemoteTask> there = co_await std::move(asking);
    if (!there && there.error().kind == Error::Kind::NotFound)
        co_return makeError(Error::Kind::NotFound,
                            u"There is no record “%1” over there: %2"_s.arg(id.left(80), there.error().message));
    if (!there)
        co_return there.error();
    if (isElsewhere(typed, there->url))
        co_return makeError(Error::Kind::Refused,
                            u"This address is at %1, and the target's records are at %2."_s.arg(
                                QUrl(typed.trimmed()).host().left(80), QUrl(there->url).host().left(80)));
    RemoteRecord record;
    record.externalId = there->externalId.isEmpty() ? id : there->externalId.left(longestRecordId);
    record.title = there->title.left(longestRecordTitle);
    record.status = there->status.left(longestRecordWord);
    record.closed = there->closed;
    record.url = there->url.size() > longestRecordAddress ? QString() : there->url;
    co_return record;
}

} // namespace patchbay
