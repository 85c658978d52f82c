#pragma once

#include "far_side.h"

namespace patchbay::tests {

/// One course of events between the Outbox and a target, and how it must end.
struct CrmCase {
    enum class Ends {
        Sent, ///< with exactly one task over there; "unknown" where nothing can tell and the first attempt was
              ///< ambiguous
        Refused, ///< nothing is there, and no more is tried
        Unsettled, ///< one task is there; a person settles it where the look-ups fail
    };

    QString name = {};
    std::deque<Mishap> mishaps = {};
    std::deque<Mishap> lookUps = {};
    Ends ends = Ends::Sent;
    bool ambiguous = false; ///< the first attempt leaves open whether there is a task
    bool lags = false; ///< the search shows a task only after the lag that the connector declares
    bool signedInBefore = false; ///< the access token was fetched some time ago
    QString id = {}; ///< the task's id; empty: as recorded
    bool mayPass = false; ///< some vendors ask for a repeat then: one task, and sent, is as good as refused
};

namespace cases {

using Ends = CrmCase::Ends;

inline Reply withHeader(Reply reply, QByteArray name, QByteArray value)
{
    reply.headers.emplaceBack(std::move(name), std::move(value));
    return reply;
}
inline Reply page(int status, const QByteArray &body, const QByteArray &type = "application/json")
{
    return withHeader(Reply{status, {}, body}, "content-type", type);
}
inline Mishap lost(bool acts, Error::Kind kind)
{
    return {acts, {}, makeAmbiguous(kind, QStringLiteral("The answer was lost."))};
}
inline Mishap answers(const Reply &reply, bool acts = false) { return {acts, reply, {}}; }

/// The last answer of a recorded failure of the creation itself.
inline std::optional<Reply> recordedFailure(const RecordedSide &side, const CrmFixture &one)
{
    const bool fails = one.action() == QLatin1String("deliver") && one.expected()[QLatin1String("error")].isString();
    if (!fails || one.dialogue().isEmpty() || !RecordedSide::sameAccount(one, side.create))
        return std::nullopt;
    const QJsonObject last = one.dialogue().last().toObject();
    const QJsonObject request = last.value(QLatin1String("request")).toObject();
    const QJsonValue body = CrmBench::withSecrets(request.value(QLatin1String("body")));
    const auto match = side.match(request.value(QLatin1String("method")).toString().toUtf8(),
                                  QUrl(request.value(QLatin1String("path")).toString()),
                                  QJsonDocument(body.toObject()).toJson(), false);
    if (match.part != RecordedSide::Part::Create)
        return std::nullopt;
    return RecordedSide::replyOf(last);
}

/// The vendor's own form of a failure: the recorded one of this kind, or nothing.
inline std::optional<Reply> vendorsForm(const RecordedSide &side, const QString &kind)
{
    for (const CrmFixture &one : crmFixtures(side.create.connector)) {
        const std::optional<Reply> reply = recordedFailure(side, one);
        if (reply && one.expected()[QLatin1String("error")].toString() == kind)
            return reply;
    }
    return std::nullopt;
}

/// The recorded answer with another id, where the id is a number.
inline std::optional<Reply> withId(const RecordedSide &side, const QString &id)
{
    if (RecordedSide::creation(side.create.dialogue()) + 1 != side.create.dialogue().size())
        return std::nullopt; // what completes it is recorded under the old id
    const QString old = side.create.expected()[QLatin1String("id")].toString();
    const QRegularExpression number(QStringLiteral("(?<=[:\\[,\\s])(\"?)%1\\1(?=[,\\]}\\s])").arg(old));
    Reply reply = side.created();
    QString body = QString::fromUtf8(reply.body);
    if (old.isEmpty() || old.contains(QRegularExpression(QStringLiteral("\\D"))) || !body.contains(number))
        return std::nullopt;
    reply.body = body.replace(number, QStringLiteral("\\1%1\\1").arg(id)).toUtf8();
    return reply;
}

inline void addLost(std::vector<CrmCase> &all, const RecordedSide &side)
{
    const auto add = [&all](const char *name, std::deque<Mishap> mishaps) {
        all.push_back({QString::fromLatin1(name), std::move(mishaps), {}, Ends::Sent, true});
    };
    add("no answer after the effect", {lost(true, Error::Kind::Timeout)});
    add("connection cut after the effect", {lost(true, Error::Kind::Offline)});
    add("no answer, and no effect", {lost(false, Error::Kind::Timeout)});
    add("no answer twice, and no effect", {lost(false, Error::Kind::Timeout), lost(false, Error::Kind::Offline)});
    add("answer too large after the effect", {lost(true, Error::Kind::Protocol)});
    add("HTML after the effect", {answers(page(200, "<html>Welcome</html>", "text/html"), true)});
    add("HTML instead of the effect", {answers(page(200, "<html>Sign in</html>", "text/html"))});
    add("empty 200 after the effect", {answers(page(200, ""), true)});
    add("null after the effect", {answers(page(200, "null"), true)});
    const Reply whole = side.created();
    add("truncated JSON after the effect", {answers(page(whole.status, whole.body.left(whole.body.size() / 2)), true)});
    add("500 after the effect", {answers(page(500, "{}"), true)});
    add("500 instead of the effect", {answers(page(500, "{}"))});
    add("502 after the effect", {answers(page(502, "<html>Bad gateway</html>", "text/html"), true)});
    add("503 instead of the effect", {answers(page(503, "<html>Down</html>", "text/html"))});
    add("504 after the effect", {answers(page(504, "<html>Timeout</html>", "text/html"), true)});
    add("504 three times, the last after the effect",
        {answers(page(504, "")), answers(page(504, "")), answers(page(504, ""), true)});
    const Reply elsewhere = withHeader(page(302, "", "text/html"), "location", "https://elsewhere.example/take");
    add("302 to another host", {answers(elsewhere)});
}

inline void addRefused(std::vector<CrmCase> &all, const RecordedSide &side)
{
    const QByteArray words = vendorsForm(side, QStringLiteral("refused")).value_or(page(422, "{}")).body;
    for (const int status : {400, 404, 409, 410, 413, 422})
        all.push_back({QStringLiteral("%1 in the vendor's words").arg(status),
                       {answers(page(status, words))},
                       {},
                       Ends::Refused});
    for (CrmCase &one : all)
        one.mayPass = one.mayPass || one.name.startsWith(QLatin1String("409 "));
    const Reply elsewhere = withHeader(page(307, "", "text/html"), "location", "https://elsewhere.example/take");
    all.push_back({QStringLiteral("307 to another host"), {answers(elsewhere)}, {}, Ends::Refused});
}

inline void addLater(std::vector<CrmCase> &all, const RecordedSide &side)
{
    const auto add = [&all](const char *name, std::deque<Mishap> mishaps, bool signedInBefore = false) {
        all.push_back({QString::fromLatin1(name), std::move(mishaps), {}, Ends::Sent, false, false, signedInBefore});
    };
    const Reply wait = withHeader(page(429, "{}"), "retry-after", "7");
    const Reply unauthorized = vendorsForm(side, QStringLiteral("unauthorized")).value_or(page(401, "{}"));
    add("created", {});
    add("unreachable", {{false, {}, makeError(Error::Kind::Offline, QStringLiteral("refused"))}});
    add("401", {answers(unauthorized)});
    add("401 for an old sign-in", {answers(unauthorized)}, true);
    add("403", {answers(page(403, "{}"))});
    add("429", {answers(wait)});
    add("429 in the vendor's form", {answers(vendorsForm(side, QStringLiteral("rate_limited")).value_or(wait))});
    add("429, then no answer after the effect", {answers(wait), lost(true, Error::Kind::Timeout)});
    all.back().ambiguous = true; // its second attempt
}

inline void addLookUps(std::vector<CrmCase> &all, const RecordedSide &side)
{
    const Mishap away = lost(true, Error::Kind::Timeout);
    const auto add = [&](const char *name, std::deque<Mishap> lookUps, Ends ends) {
        all.push_back({QString::fromLatin1(name), {away}, std::move(lookUps), ends, true});
    };
    all.push_back({QStringLiteral("the search lags"), {away}, {}, Ends::Sent, true, true});
    const Mishap down = answers(page(503, "{}"));
    add("the look-up fails for a while", {down, down, down, down, down}, Ends::Sent);
    add("the look-up wants a sign-in", {answers(page(401, "{}"))}, Ends::Sent);
    add("the look-up answers HTML", {answers(page(200, "<html>Sign in</html>", "text/html"))}, Ends::Unsettled);
    add("the look-up answers nothing", {answers(page(200, ""))}, Ends::Unsettled);
    for (const CrmFixture &one : crmFixtures(side.create.connector)) {
        if (!one.name.contains(QLatin1String("loop")) || !RecordedSide::sameAccount(one, side.create))
            continue;
        std::deque<Mishap> pages;
        for (const QJsonValue &exchange : one.dialogue())
            pages.push_back(answers(RecordedSide::replyOf(exchange.toObject())));
        add("the look-up's pages go in a circle", pages, Ends::Unsettled);
    }
}

/// Each failure that was recorded of the vendor, in its own form.
inline void addRecorded(std::vector<CrmCase> &all, const RecordedSide &side)
{
    for (const CrmFixture &one : crmFixtures(side.create.connector)) {
        const std::optional<Reply> reply = recordedFailure(side, one);
        if (!reply)
            continue;
        const QString kind = one.expected()[QLatin1String("error")].toString();
        const bool ambiguous = one.expected()[QLatin1String("ambiguous")].toBool();
        static const QStringList later{QStringLiteral("unauthorized"), QStringLiteral("rate_limited"),
                                       QStringLiteral("remote"), QStringLiteral("timeout"), QStringLiteral("offline")};
        const Ends ends = ambiguous || later.contains(kind) ? Ends::Sent : Ends::Refused;
        all.push_back({QStringLiteral("recorded: ") + one.name, {answers(*reply, ambiguous)}, {}, ends, ambiguous});
    }
}

inline std::vector<CrmCase> of(const RecordedSide &side)
{
    std::vector<CrmCase> all;
    addLater(all, side);
    addLost(all, side);
    addRefused(all, side);
    if (side.hasLookUp())
        addLookUps(all, side);
    addRecorded(all, side);
    for (const char *id : {"9007199254740993", "18446744073709551617"}) {
        if (const auto reply = withId(side, QString::fromLatin1(id))) {
            CrmCase one{QStringLiteral("the id %1").arg(QLatin1String(id)), {answers(*reply, true)}};
            one.id = QString::fromLatin1(id);
            all.push_back(one);
        }
    }
    return all;
}

} // namespace cases

} // namespace patchbay::tests
