#pragma once

#include "core/model/delivery.h"
#include "core/ports/destination.h"
#include "crm_cases.h"

#include <map>

namespace patchbay::tests {

/// What became of each target's cases, in one table: a row for each target, a column for each group of cases.
class CrmTable {
public:
    void add(const QString &target, Idempotency idempotency, const CrmCase &one, DeliveryState end, int tasks)
    {
        Row &row = m_rows[target];
        row.idempotency = idempotency;
        Ends &ends = row.groups[groupOf(one)];
        ++(end == DeliveryState::Sent ? ends.sent : end == DeliveryState::Unknown ? ends.unknown : ends.notSent);
        row.doubled += std::max(0, tasks - 1);
        row.lost += end == DeliveryState::Sent && tasks == 0 ? 1 : 0;
        row.unknown += end == DeliveryState::Unknown ? 1 : 0;
        ++row.cases;
    }

    bool isEmpty() const { return m_rows.empty(); }

    /// Markdown. A cell is "sent / unknown / not sent".
    QString text() const
    {
        const QStringList groups = groupNames();
        QString text = QStringLiteral("| target | class | cases | %1 | doubled | lost | unknown |\n|%2\n")
                           .arg(groups.join(QStringLiteral(" | ")), QStringLiteral("---|").repeated(groups.size() + 6));
        Row all;
        for (const auto &[target, row] : m_rows) {
            text += line(target, letter(row.idempotency), row);
            all.add(row);
        }
        return text + line(QStringLiteral("all"), QString(), all);
    }

private:
    struct Ends {
        int sent = 0;
        int unknown = 0;
        int notSent = 0;
    };
    struct Row {
        Idempotency idempotency = Idempotency::None;
        std::map<QString, Ends> groups = {};
        int cases = 0;
        int doubled = 0; ///< tasks over there beyond the first
        int lost = 0; ///< said to be sent, and not there
        int unknown = 0;

        void add(const Row &other)
        {
            for (const auto &[name, more] : other.groups) {
                Ends &ends = groups[name];
                ends.sent += more.sent;
                ends.unknown += more.unknown;
                ends.notSent += more.notSent;
            }
            cases += other.cases;
            doubled += other.doubled;
            lost += other.lost;
            unknown += other.unknown;
        }
    };

    static QStringList groupNames()
    {
        return {QStringLiteral("created"), QStringLiteral("lost answer"), QStringLiteral("401, 403"),
                QStringLiteral("429"),     QStringLiteral("5xx"),         QStringLiteral("refused"),
                QStringLiteral("look-up"), QStringLiteral("as recorded")};
    }

    static QString groupOf(const CrmCase &one)
    {
        static const QRegularExpression server(QStringLiteral("^50\\d "));
        const QString &name = one.name;
        const bool isLongId = name.startsWith(QLatin1String("the id "));
        if (name == QLatin1String("created") || name == QLatin1String("unreachable") || isLongId)
            return QStringLiteral("created");
        if (name.startsWith(QLatin1String("recorded: ")))
            return QStringLiteral("as recorded");
        if (name.startsWith(QLatin1String("401")) || name.startsWith(QLatin1String("403")))
            return QStringLiteral("401, 403");
        if (name.startsWith(QLatin1String("429")))
            return QStringLiteral("429");
        if (name.contains(server))
            return QStringLiteral("5xx");
        if (!one.lookUps.empty() || one.lags)
            return QStringLiteral("look-up");
        return one.ends == CrmCase::Ends::Refused ? QStringLiteral("refused") : QStringLiteral("lost answer");
    }

    static QString letter(Idempotency idempotency)
    {
        switch (idempotency) {
        case Idempotency::Native: return QStringLiteral("A");
        case Idempotency::Upsert: return QStringLiteral("B");
        case Idempotency::Lookup: return QStringLiteral("C");
        case Idempotency::None: break;
        }
        return QStringLiteral("D");
    }

    static QString line(const QString &target, const QString &letter, const Row &row)
    {
        QStringList cells{target, letter, QString::number(row.cases)};
        for (const QString &name : groupNames()) {
            const auto found = row.groups.find(name);
            cells << (found == row.groups.end() ? QStringLiteral("–")
                                                : QStringLiteral("%1 / %2 / %3")
                                                      .arg(found->second.sent)
                                                      .arg(found->second.unknown)
                                                      .arg(found->second.notSent));
        }
        cells << QString::number(row.doubled) << QString::number(row.lost) << QString::number(row.unknown);
        return QStringLiteral("| %1 |\n").arg(cells.join(QStringLiteral(" | ")));
    }

    std::map<QString, Row> m_rows;
};

} // namespace patchbay::tests
