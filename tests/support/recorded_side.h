#pragma once

#include "support/crm_fixture.h"

namespace patchbay::tests {

/// The other side of one target as its fixtures recorded it: says which recorded exchange a request is, whatever the
/// order, so that a whole course of events can be played from three dialogues: create, and the look-ups that find
/// something and nothing.
class RecordedSide {
public:
    enum class Part { Unknown, SignIn, Before, Create, LookUp };

    struct Match {
        Part part = Part::Unknown;
        Reply reply = {};
    };

    CrmFixture create = {};
    CrmFixture found = {}; ///< without a name: this target has no look-up
    CrmFixture nothing = {};

    static RecordedSide of(const QString &connector)
    {
        const std::vector<CrmFixture> all = crmFixtures(connector);
        RecordedSide side;
        for (const CrmFixture &one : all) {
            if (one.name == QLatin1String("create"))
                side.create = one;
        }
        const auto choose = [&](CrmFixture &place, const QString &named, bool isFound) {
            for (const CrmFixture &one : all) {
                const bool fits = one.action() == QLatin1String("lookup") && sameAccount(one, side.create)
                    && (isFound ? one.expected()[QLatin1String("id")].isString() : one.expected().isNull());
                if (fits && (place.name.isEmpty() || one.name == named))
                    place = one;
            }
        };
        choose(side.found, QStringLiteral("lookup_found"), true);
        choose(side.nothing, QStringLiteral("lookup_nothing"), false);
        side.add(side.create, Part::Before);
        side.add(side.found, Part::LookUp);
        side.add(side.nothing, Part::LookUp);
        for (const CrmFixture &one : all) { // its later pages have addresses of their own
            if (one.name.contains(QLatin1String("loop")) && sameAccount(one, side.create))
                side.add(one, Part::LookUp);
        }
        return side;
    }

    /// The same settings and the same key: a reply to one fits the other.
    static bool sameAccount(const CrmFixture &a, const CrmFixture &b)
    {
        return a.given().value(QLatin1String("settings")) == b.given().value(QLatin1String("settings"))
            && a.request().key == b.request().key;
    }

    bool hasLookUp() const { return !found.name.isEmpty() && !nothing.name.isEmpty(); }
    bool signsIn() const { return !m_lines.empty() && m_lines.front().part == Part::SignIn; }
    /// What the recorded creation was answered.
    Reply created() const { return replyOf(create.dialogue().at(creation(create.dialogue())).toObject()); }
    /// The call that makes the task: the last one, but for those that complete it (a note with its text).
    static qsizetype creation(const QJsonArray &dialogue)
    {
        qsizetype at = dialogue.size() - 1;
        while (at > 0 && dialogue.at(at)[QLatin1String("completes")].toBool())
            --at;
        return at;
    }

    /// The line that is most like it. `visible`: whether a look-up finds the task.
    Match match(const QByteArray &method, const QUrl &url, const QByteArray &body, bool visible) const
    {
        const Line *best = nullptr;
        int bestLikeness = -1;
        for (const Line &line : m_lines) {
            const bool otherEnd = line.fixture == (visible ? nothing.name : found.name);
            if (line.part == Part::LookUp && otherEnd)
                continue;
            const bool inALoop =
                line.part == Part::LookUp && line.fixture != found.name && line.fixture != nothing.name;
            const int likeness = line.likeness(method, url, body) - (inALoop ? 1 : 0);
            // What a creation looks up first is a look-up like any other.
            if (likeness > bestLikeness || (likeness == bestLikeness && best && line.part == Part::LookUp)) {
                best = &line;
                bestLikeness = likeness;
            }
        }
        return best ? Match{best->part, best->reply} : Match{};
    }

    static Reply replyOf(const QJsonObject &exchange)
    {
        const QJsonObject recorded = exchange.value(QLatin1String("reply")).toObject();
        const QString type = recorded.value(QLatin1String("type")).toString(QStringLiteral("application/json"));
        Reply reply{recorded.value(QLatin1String("status")).toInt(), {}, CrmBench::bodyOf(recorded)};
        reply.headers.emplaceBack("content-type", type.toUtf8());
        const QJsonObject headers = recorded.value(QLatin1String("headers")).toObject();
        for (auto it = headers.begin(); it != headers.end(); ++it)
            reply.headers.emplaceBack(it.key().toLower().toUtf8(), it.value().toString().toUtf8());
        return reply;
    }

private:
    struct Line {
        Part part = Part::Unknown;
        QString fixture = {};
        QByteArray method = {};
        QUrl url = {};
        QJsonValue body = {};
        Reply reply = {};

        /// -1: another call. The more of query and body agree, the more like it is.
        int likeness(const QByteArray &otherMethod, const QUrl &otherUrl, const QByteArray &otherBody) const
        {
            if (method != otherMethod || url.path(QUrl::FullyEncoded) != otherUrl.path(QUrl::FullyEncoded))
                return -1;
            int points = url.query(QUrl::FullyEncoded) == otherUrl.query(QUrl::FullyEncoded) ? 100 : 0;
            if (body.isString())
                return points + (body.toString().toUtf8() == otherBody ? 100 : 0);
            const QJsonObject mine = body.toObject();
            const QJsonObject others = QJsonDocument::fromJson(otherBody).object();
            // GraphQL has one address for everything: the query says which call it is.
            const QString query = QStringLiteral("query");
            if (mine.value(query).isString() && mine.value(query) != others.value(query))
                return -1;
            for (auto it = mine.begin(); it != mine.end(); ++it)
                points += others.value(it.key()) == it.value() ? 1 : 0;
            return points + (mine == others ? 100 : 0);
        }
    };

    void add(const CrmFixture &fixture, Part part)
    {
        const QJsonArray dialogue = fixture.dialogue();
        for (qsizetype i = 0; i < dialogue.size(); ++i) {
            const QJsonObject exchange = dialogue.at(i).toObject();
            const QJsonObject request = exchange.value(QLatin1String("request")).toObject();
            const QString path = CrmBench::withSecrets(request.value(QLatin1String("path"))).toString();
            Line line{part, fixture.name};
            if (path.startsWith(QLatin1String("http")))
                line.part = Part::SignIn;
            else if (part == Part::Before && i == creation(dialogue))
                line.part = Part::Create;
            line.method = request.value(QLatin1String("method")).toString().toUtf8();
            line.url = QUrl::fromEncoded(path.toUtf8());
            line.body = CrmBench::withSecrets(request.value(QLatin1String("body")));
            line.reply = replyOf(exchange);
            m_lines.push_back(line);
        }
    }

    std::vector<Line> m_lines;
};

} // namespace patchbay::tests
