#include "ui/models/task_words.h"

#include "ui/models/words.h"

#include <QtCore/QCoreApplication>

namespace patchbay::words {

namespace {

constexpr auto taskLate = std::chrono::minutes(30); ///< a reading that is due for so long did not come

struct TaskWords {
    Q_DECLARE_TR_FUNCTIONS(TaskWords)
};

/// "a", or "X: a, Y: b": one word for one place.
template <class F> QString ofEach(const task_list::Entry &entry, F word)
{
    QStringList parts;
    for (const task_list::At &at : entry.at) {
        const QString text = word(at);
        if (entry.at.size() == 1)
            return text;
        if (!text.isEmpty())
            parts << QStringLiteral("%1: %2").arg(oneLine(at.target, 40), text);
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

QString ago(Timestamp at, Timestamp now)
{
    const auto age = now - at;
    if (age < std::chrono::minutes(1))
        return TaskWords::tr("just now");
    return TaskWords::tr("%1 ago", "an age, as in: 3 minutes ago").arg(duration(age));
}

QString taskSign(const Delivery &delivery)
{
    if (delivery.remoteStatus.isEmpty() && !delivery.remoteClosed)
        return {};
    const QString word = delivery.remoteStatus.isEmpty() ? TaskWords::tr("closed") : oneLine(delivery.remoteStatus, 60);
    return (delivery.remoteClosed ? QStringLiteral("✓ ") : QStringLiteral("○ ")) + word;
}

QString taskStatus(const Delivery &delivery, const task_watch::Watch &watch, Timestamp now)
{
    if (delivery.state != DeliveryState::Sent)
        return {};
    if (delivery.externalId.isEmpty())
        return TaskWords::tr("Its status cannot be read: nobody knows its id over there");
    QString sentence;
    if (!watch.readAt && delivery.remoteStatus.isEmpty())
        sentence = TaskWords::tr("Its status was not read yet");
    else if (watch.gone)
        sentence = TaskWords::tr("Not found any more over there, looked %1").arg(ago(watch.readAt, now));
    else if (!watch.readAt)
        sentence = taskSign(delivery);
    else if (delivery.remoteClosed)
        sentence = TaskWords::tr("Closed over there: %1, read %2").arg(taskSign(delivery), ago(watch.readAt, now));
    else
        sentence = TaskWords::tr("Open over there: %1, read %2").arg(taskSign(delivery), ago(watch.readAt, now));
    if (!watch.error.isEmpty())
        return TaskWords::tr("%1. It could not be read again: %2").arg(sentence, oneLine(watch.error, 200));
    if (watch.readAt && watch.nextAt && watch.nextAt + taskLate < now)
        return TaskWords::tr("%1. It may be out of date").arg(sentence);
    return sentence;
}

QString taskState(task_list::State state)
{
    using S = task_list::State;
    switch (state) {
    case S::All: return TaskWords::tr("All");
    case S::Open: return TaskWords::tr("Open");
    case S::Closed: return TaskWords::tr("Closed");
    case S::Waiting: return TaskWords::tr("Waiting to be sent");
    case S::Unknown: return TaskWords::tr("Unknown");
    case S::Failed: return TaskWords::tr("Failed");
    case S::Overdue: return TaskWords::tr("Overdue");
    }
    return {};
}

QString taskPlace(task_list::Place place)
{
    using P = task_list::Place;
    switch (place) {
    case P::Waiting: return TaskWords::tr("Waiting");
    case P::NeedsPerson: return TaskWords::tr("Needs a person");
    case P::Open: return TaskWords::tr("Open");
    case P::Closed: return TaskWords::tr("Closed");
    case P::TakenBack: return TaskWords::tr("Taken back");
    }
    return {};
}

QString taskTargets(const task_list::Entry &entry)
{
    QStringList names;
    for (const task_list::At &at : entry.at) {
        const QString name = oneLine(at.target, 40);
        if (!names.contains(name))
            names << name;
    }
    return names.join(QStringLiteral(", "));
}

QString taskDelivery(const task_list::Entry &entry)
{
    if (entry.at.empty())
        return TaskWords::tr("Taken back");
    return ofEach(entry, [](const task_list::At &at) {
        return deliverySign(at.delivery.state) + QLatin1Char(' ') + deliveryState(at.delivery.state);
    });
}

QString taskStatuses(const task_list::Entry &entry)
{
    return ofEach(entry, [](const task_list::At &at) {
        if (at.delivery.state != DeliveryState::Sent)
            return QString();
        const QString sign = taskSign(at.delivery);
        return sign.isEmpty() ? TaskWords::tr("not read yet") : sign;
    });
}

QString taskReadAt(const task_list::Entry &entry, Timestamp now)
{
    Timestamp oldest;
    for (const task_list::At &at : entry.at) {
        if (at.watch.readAt && (!oldest || at.watch.readAt < oldest))
            oldest = at.watch.readAt;
    }
    return oldest ? ago(oldest, now) : QStringLiteral("–");
}

QString taskDue(const Task &task, Timestamp now)
{
    if (!task.payload.due)
        return QStringLiteral("–");
    const QString when = shortTime(task.payload.due, now);
    return task.payload.due < now && !task.remoteClosed ? QStringLiteral("⚠ ") + when : when;
}

} // namespace patchbay::words
