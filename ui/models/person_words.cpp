#include "ui/models/person_words.h"

#include "core/engine/phone_number.h"
#include "ui/models/words.h"

#include <QtCore/QCoreApplication>

namespace patchbay::words {

namespace {

struct PersonWords {
    Q_DECLARE_TR_FUNCTIONS(PersonWords)
};

QString personChannel(const QString &kind, const Catalog &catalog)
{
    const ChatConnectorInfo *info = catalog.chat(kind);
    return oneLine(info ? info->title : kind, 40);
}

QString personSide(const EvidenceSide &side, const Catalog &catalog)
{
    const QString written = oneLine(side.written, 80);
    return side.isWeak() ? PersonWords::tr("%1 in the signature of a mail").arg(written)
                         : PersonWords::tr("%1 in %2").arg(written, personChannel(side.source, catalog));
}

} // namespace

QString handle(const Handle &handle, const Catalog &catalog)
{
    return QStringLiteral("%1: %2").arg(personChannel(handle.kind, catalog), oneLine(handle.address));
}

QString handles(const std::vector<Handle> &handles, const Catalog &catalog)
{
    QStringList all;
    for (const Handle &one : handles)
        all << handle(one, catalog);
    return all.join(QStringLiteral(", "));
}

QString evidence(const ContactMatch &match, const Catalog &catalog)
{
    const QString one = personSide(match.one, catalog);
    const QString other = personSide(match.other, catalog);
    if (match.kind == ContactMatch::Kind::Mail)
        return PersonWords::tr("Same e-mail address: %1, and %2.").arg(one, other);
    const QString same = PersonWords::tr("Same phone %1: %2, and %3.").arg(internationalPhone(match.value), one, other);
    return match.isWeak()
        ? same + QLatin1Char(' ') + PersonWords::tr("Weaker evidence: anybody can write any number below a mail.")
        : same;
}

QString personLines(const PersonShown &person, const Catalog &catalog, Timestamp now)
{
    QStringList lines{oneLine(person.contact.name)};
    for (const Handle &one : person.handles())
        lines << QStringLiteral("   ") + handle(one, catalog);
    lines << QStringLiteral("   ")
            + PersonWords::tr("Conversations: %1, the newest %2")
                  .arg(QString::number(person.figures.conversations), shortTime(person.figures.lastAt, now));
    return lines.join(QLatin1Char('\n'));
}

QString mergePreview(const PersonShown &stays, const PersonShown &joins, const Catalog &catalog, Timestamp now)
{
    const QStringList lines{PersonWords::tr("Stays:"),
                            personLines(stays, catalog, now),
                            QString(),
                            PersonWords::tr("Joins:"),
                            personLines(joins, catalog, now),
                            QString(),
                            PersonWords::tr("All of it stands under the name “%1” from then on. Answers go where each "
                                            "conversation is, as before. It can be split again, with what has come "
                                            "since.")
                                .arg(oneLine(stays.contact.name, 80))};
    return lines.join(QLatin1Char('\n'));
}

} // namespace patchbay::words
