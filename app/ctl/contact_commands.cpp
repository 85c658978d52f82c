#include "app/ctl/ctl.h"

#include "core/engine/phone_number.h"
#include "core/model/names.h"

#include <QtCore/QJsonArray>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr int contactsShown = 50;

QString channelTitle(const CtlRun &run, const QString &kind)
{
    const ChatConnectorInfo *info = run.app->catalog().chat(kind);
    return info ? info->title : kind;
}

QString sideText(const CtlRun &run, const EvidenceSide &side)
{
    const QString where = side.isWeak() ? u"the signature of a mail"_s : channelTitle(run, side.source);
    return u"%1 in %2"_s.arg(side.written, where);
}

QString evidenceText(const CtlRun &run, const ContactMatch &match)
{
    const QString what = match.kind == ContactMatch::Kind::Phone ? u"same phone "_s + internationalPhone(match.value)
                                                                 : u"same e-mail address "_s + match.value;
    const QString weak = match.isWeak() ? u" (weaker: anybody can write any number below a mail)"_s : QString();
    return forTerminal(u"%1: %2, and %3%4"_s.arg(what, sideText(run, match.one), sideText(run, match.other), weak));
}

QJsonObject sideJson(const EvidenceSide &side, const Contact &person)
{
    return {
        {u"contact"_s, person.uid}, {u"name"_s, person.name}, {u"source"_s, side.source}, {u"written"_s, side.written}};
}

QJsonObject matchJson(const ContactMatch &match)
{
    return {{u"uid"_s, match.uid},
            {u"evidence"_s, nameOf(match.kind)},
            {u"value"_s, match.value},
            {u"weak"_s, match.isWeak()},
            {u"one"_s, sideJson(match.one, match.onePerson)},
            {u"other"_s, sideJson(match.other, match.otherPerson)},
            {u"found_at"_s, isoTime(match.foundAt)}};
}

QJsonObject personJson(const PersonShown &person)
{
    QJsonArray parts;
    for (const ContactPart &part : person.parts) {
        QJsonArray handles;
        for (const Handle &handle : part.handles)
            handles.append(QJsonObject{{u"kind"_s, handle.kind}, {u"address"_s, handle.address}});
        parts.append(QJsonObject{{u"uid"_s, part.contact.uid},
                                 {u"name"_s, part.contact.name},
                                 {u"handles"_s, handles},
                                 {u"merged_at"_s, isoTime(part.mergedAt)}});
    }
    QJsonArray matches;
    for (const ContactMatch &match : person.matches)
        matches.append(matchJson(match));
    return {{u"uid"_s, person.contact.uid},
            {u"name"_s, person.contact.name},
            {u"parts"_s, parts},
            {u"conversations"_s, person.figures.conversations},
            {u"last_at"_s, isoTime(person.figures.lastAt)},
            {u"suggestions"_s, matches}};
}

QString handlesText(const CtlRun &run, const std::vector<Handle> &handles)
{
    QStringList all;
    for (const Handle &handle : handles)
        all << u"%1: %2"_s.arg(channelTitle(run, handle.kind), handle.address);
    return forTerminal(all.join(u", "_s));
}

QString lineText(const CtlRun &run, const PersonShown &person)
{
    return u"%1  %2  [%3]  %4 conversations, last %5%6\n"_s.arg(
        person.contact.uid, forTerminal(person.contact.name), handlesText(run, person.handles()),
        QString::number(person.figures.conversations), isoTime(person.figures.lastAt),
        person.matches.empty() ? QString() : u"  (%1 suggestions)"_s.arg(person.matches.size()));
}

QString matchText(const CtlRun &run, const ContactMatch &match)
{
    return u"%1  %2 (%3) and %4 (%5)\n    %6\n"_s.arg(match.uid, forTerminal(match.onePerson.name), match.onePerson.uid,
                                                      forTerminal(match.otherPerson.name), match.otherPerson.uid,
                                                      evidenceText(run, match));
}

Async<Result<CtlOutput>> runContactsList(CtlRun *run)
{
    QFuture<Result<std::vector<PersonShown>>> listing =
        run->app->contacts().list(run->arguments.value(0), contactsShown);
    const Result<std::vector<PersonShown>> found = co_await finished(listing);
    if (!found)
        co_return found.error();
    CtlOutput output;
    QJsonArray all;
    for (const PersonShown &person : *found) {
        all.append(personJson(person));
        output.text += lineText(*run, person);
    }
    output.json.insert(u"contacts"_s, all);
    if (found->empty())
        output.text = u"Nobody.\n"_s;
    co_return output;
}

Async<Result<CtlOutput>> runContactsShow(CtlRun *run)
{
    QFuture<Result<PersonShown>> showing = run->app->contacts().show(run->arguments.at(0));
    const Result<PersonShown> person = co_await finished(showing);
    if (!person)
        co_return person.error();
    CtlOutput output{personJson(*person), lineText(*run, *person), 0};
    for (const ContactPart &part : person->parts) {
        if (part.mergedInto)
            output.text +=
                u"  merged %1: %2  %3  [%4]\n"_s.arg(isoTime(part.mergedAt), part.contact.uid,
                                                     forTerminal(part.contact.name), handlesText(*run, part.handles));
    }
    for (const ContactMatch &match : person->matches)
        output.text += u"  may be the same: "_s + matchText(*run, match);
    co_return output;
}

Async<Result<CtlOutput>> runContactsSuggestions(CtlRun *run)
{
    run->open.readOnly = !run->has(u"compare"_s);
    Result<std::unique_ptr<Application>> opened = co_await Application::open(run->open);
    if (!opened)
        co_return opened.error();
    run->app = std::move(*opened);
    if (run->app->contactMatcher()) {
        QFuture<Result<Done>> comparing = run->app->contactMatcher()->drain();
        const Result<Done> compared = co_await finished(comparing);
        if (!compared)
            co_return compared.error();
    }
    QFuture<Result<std::vector<ContactMatch>>> listing = run->app->contacts().suggestions(contactsShown);
    const Result<std::vector<ContactMatch>> matches = co_await finished(listing);
    if (!matches)
        co_return matches.error();
    auto count = [](Database &db) -> Result<qint64> { return db.finish(identity::waitingCount(db)); };
    QFuture<Result<qint64>> counting = run->app->store().read(count);
    const Result<qint64> waiting = co_await finished(counting);
    if (!waiting)
        co_return waiting.error();
    CtlOutput output;
    QJsonArray all;
    for (const ContactMatch &match : *matches) {
        all.append(matchJson(match));
        output.text += matchText(*run, match);
    }
    output.json = {{u"suggestions"_s, all}, {u"not_compared_yet"_s, *waiting}};
    if (matches->empty())
        output.text += u"Nobody is suggested to be one person.\n"_s;
    if (*waiting > 0)
        output.text +=
            u"%1 contacts were not compared yet: the console and \"serve\" do it, or say --compare.\n"_s.arg(*waiting);
    co_return output;
}

/// The person that the argument names, as it stands now.
Async<Result<PersonShown>> namedPerson(CtlRun *run, qsizetype argument)
{
    QFuture<Result<PersonShown>> showing = run->app->contacts().show(run->arguments.at(argument));
    const Result<PersonShown> person = co_await finished(showing);
    co_return person;
}

Async<Result<CtlOutput>> runContactsMerge(CtlRun *run)
{
    const Result<PersonShown> stays = co_await namedPerson(run, 0);
    if (!stays)
        co_return stays.error();
    const Result<PersonShown> joins = co_await namedPerson(run, 1);
    if (!joins)
        co_return joins.error();
    QFuture<Result<ContactDesk::Merged>> merging = run->app->contacts().merge(stays->contact.id, joins->contact.id);
    const Result<ContactDesk::Merged> merged = co_await finished(merging);
    if (!merged)
        co_return merged.error();
    const Result<PersonShown> now = co_await namedPerson(run, 0);
    if (!now)
        co_return now.error();
    CtlOutput output{personJson(*now), lineText(*run, *now), 0};
    output.text += u"\"contacts split %1\" takes it back.\n"_s.arg(joins->contact.uid);
    co_return output;
}

Async<Result<CtlOutput>> runContactsSplit(CtlRun *run)
{
    auto find = [whom = run->arguments.at(0)](Database &db) { return persons::findContact(db, whom); };
    QFuture<Result<ContactId>> finding = run->app->store().read(std::move(find));
    const Result<ContactId> part = co_await finished(finding);
    if (!part)
        co_return part.error();
    QFuture<Result<ContactDesk::Split>> splitting = run->app->contacts().split(*part);
    const Result<ContactDesk::Split> split = co_await finished(splitting);
    if (!split)
        co_return split.error();
    QFuture<Result<PersonShown>> showing = run->app->contacts().showOf(*part);
    const Result<PersonShown> now = co_await finished(showing);
    if (!now)
        co_return now.error();
    co_return CtlOutput{personJson(*now), lineText(*run, *now), 0};
}

Async<Result<CtlOutput>> runContactsRefuse(CtlRun *run)
{
    QFuture<Result<ContactDesk::Refused>> refusing = run->app->contacts().refuse(run->arguments.at(0));
    const Result<ContactDesk::Refused> refused = co_await finished(refusing);
    if (!refused)
        co_return refused.error();
    co_return CtlOutput{QJsonObject{{u"refused"_s, qint64(refused->matches.size())}},
                        u"They are not one person; it is not suggested again.\n"_s, 0};
}

} // namespace

QList<CtlCommand> contactCommands()
{
    const QCommandLineOption compare(u"compare"_s, u"First compare the contacts that nobody compared yet."_s);
    const auto command = [](const char *word, const QString &synopsis, const QString &summary, const QString &example,
                            CtlAccess access, int least, int most,
                            Async<Result<CtlOutput>> (*run)(CtlRun *)) -> CtlCommand {
        return {{u"contacts"_s, QString::fromLatin1(word)},
                synopsis,
                summary,
                {u"patchbayctl contacts "_s + example},
                access,
                least,
                most,
                {},
                nullptr,
                run};
    };
    QList<CtlCommand> all{
        command("list", u"[TEXT]"_s, u"Persons, the newest first; with TEXT those whose name or address holds it."_s,
                u"list silva"_s, CtlAccess::Read, 0, 1, runContactsList),
        command("show", u"CONTACT|ADDRESS"_s, u"One person: addresses on all channels, and who may be the same."_s,
                u"show ana@example.org"_s, CtlAccess::Read, 1, 1, runContactsShow),
        command("suggestions", u"[--compare]"_s, u"Who may be one person, and why."_s, u"suggestions"_s,
                CtlAccess::None, 0, 0, runContactsSuggestions),
        command("merge", u"STAYS JOINS"_s, u"Make two one person, who has the name of the first."_s,
                u"merge ana@example.org 491711234567"_s, CtlAccess::Write, 2, 2, runContactsMerge),
        command("split", u"CONTACT|ADDRESS"_s,
                u"Take one that was merged out again, with its conversations and what came since."_s,
                u"split 491711234567"_s, CtlAccess::Write, 1, 1, runContactsSplit),
        command("refuse", u"SUGGESTION"_s, u"They are not one person: it is not suggested again."_s,
                u"refuse 0195a3c1-0000-7000-8000-000000000000"_s, CtlAccess::Write, 1, 1, runContactsRefuse),
    };
    all[2].options = {compare};
    return all;
}

} // namespace patchbay
