#include "bench/rules_bench.h"

#include "core/engine/compiled_rules.h"
#include "core/engine/replay.h"
#include "core/engine/rules_text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr int ruleCount = 10'000;
constexpr int rulesMessages = 2000;
constexpr int rulesNaiveMessages = 100;
constexpr int rulesWords = 20'000;

/// Words of a made-up language, some of them in every message.
QStringList rulesVocabulary(QRandomGenerator &random)
{
    static const QStringList parts{u"ba"_s, u"ret"_s, u"ko"_s, u"lin"_s, u"mu"_s, u"sar"_s, u"te"_s, u"vo"_s,
                                   u"xi"_s, u"zan"_s, u"ду"_s, u"ми"_s,  u"fe"_s, u"gor"_s, u"hy"_s, u"pel"_s};
    QStringList words;
    for (int i = 0; i < rulesWords; ++i) {
        QString word;
        for (int n = 2 + int(random.bounded(3)); n > 0; --n)
            word += parts.at(qsizetype(random.bounded(int(parts.size()))));
        words << word;
    }
    return words;
}

Condition rulesTest(const QString &field, RuleOperator op, const QStringList &values)
{
    Condition test;
    test.kind = Condition::Kind::Test;
    test.field = field;
    test.op = op;
    test.values = values;
    return test;
}

/// As teams write them: mostly a category or language with words or an expression in the text, some for a sender or a
/// label, some for what became.
RuleSet rulesMade(QRandomGenerator &random, const QStringList &words)
{
    const auto word = [&] { return words.at(qsizetype(random.bounded(int(words.size())))); };
    RuleSet set;
    set.defaultRoute = u"Tasks"_s;
    for (int i = 0; i < ruleCount; ++i) {
        Rule rule;
        rule.name = u"rule %1"_s.arg(i);
        auto &all = rule.when.children;
        const QString category = u"Category %1"_s.arg(random.bounded(40));
        switch (random.bounded(10)) {
        case 0: all.push_back(rulesTest(u"contact"_s, RuleOperator::Is, {word() + u"@example.org"_s})); break;
        case 1:
            all.push_back(rulesTest(u"category"_s, RuleOperator::Became, {category}));
            all.push_back(rulesTest(u"label"_s, RuleOperator::Is, {word()}));
            break;
        case 2:
            all.push_back(rulesTest(u"text"_s, RuleOperator::Matches, {word() + u"\\s+(no|№)?\\s*\\d{3,8}"_s}));
            break;
        default:
            all.push_back(rulesTest(u"category"_s, RuleOperator::Is, {category}));
            all.push_back(rulesTest(random.bounded(4) == 0 ? u"subject"_s : u"text"_s, RuleOperator::Contains,
                                    {word() + u' ' + word(), word() + u' ' + word()}));
        }
        describeCondition(rule.when);
        rule.then = {{Action::Kind::AddLabel, u"label %1"_s.arg(i % 50), 0}};
        set.rules.push_back(std::move(rule));
    }
    return set;
}

/// Words as often as in languages: the n-th one 1/n times as often as the first (Zipf).
Facts rulesMessage(QRandomGenerator &random, const QStringList &words)
{
    const auto word = [&] {
        const double place = std::pow(double(words.size()), random.generateDouble()) - 1;
        return words.at(std::min(qsizetype(place), words.size() - 1));
    };
    Facts facts;
    facts.category = u"Category %1"_s.arg(random.bounded(40));
    facts.before.category = u"Category %1"_s.arg(random.bounded(40));
    facts.contactAddress = word() + u"@example.org"_s;
    facts.subject = word() + u' ' + word();
    for (int i = 0; i < 45; ++i)
        facts.text += word() + u' ';
    facts.labels << word();
    return facts;
}

/// Runs until the future has finished; a bench has nothing else to do.
template <class T> T rulesWait(QFuture<T> future)
{
    QEventLoop loop;
    QFutureWatcher<T> watcher;
    QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
    watcher.setFuture(future);
    if (!future.isFinished())
        loop.exec();
    return future.result();
}

} // namespace

void benchRules(Table &table)
{
    QRandomGenerator random(42);
    const QStringList words = rulesVocabulary(random);
    const RuleSet set = rulesMade(random, words);
    std::vector<Facts> messages;
    for (int i = 0; i < rulesMessages; ++i)
        messages.push_back(rulesMessage(random, words));

    const Stopwatch making;
    const CompiledRules compiled(set);
    const double madeMs = making.wallMs();
    size_t fired = 0;
    for (const Facts &facts : messages) // a program that has run for a while
        fired += compiled.decide(facts, {}, CompiledRules::Tell::Enough).fired.size();
    const Stopwatch watch;
    for (const Facts &facts : messages)
        fired += compiled.decide(facts, {}, CompiledRules::Tell::Enough).fired.size();
    const double fast = watch.cpuMs() * 1000 / rulesMessages;
    const Stopwatch naive;
    size_t expected = 0;
    size_t same = 0;
    for (int i = 0; i < rulesNaiveMessages; ++i) {
        const std::vector<int> slow = evaluate(set, messages[size_t(i)]).fired;
        expected += slow.size();
        same += slow == compiled.decide(messages[size_t(i)]).fired ? 1 : 0;
    }
    const double slow = naive.cpuMs() * 1000 / rulesNaiveMessages;
    table.row(u"10,000 rules against a message of 45 words, CPU (made ready in %1)"_s.arg(ms(madeMs)),
              u"%1 µs"_s.arg(fast, 0, 'f', 1), u"each asked by itself: %1 µs"_s.arg(slow, 0, 'f', 0),
              u"%1"_s.arg(fast / slow, 0, 'f', 4), u"50 µs"_s);
    std::printf("rules: %zu firings of %d messages, %zu of %d messages as the naive search\n", fired / 2, rulesMessages,
                same, rulesNaiveMessages);
    (void)expected;
}

void benchReplay(const BenchOptions &options, Table &table)
{
    StoreOptions open;
    open.location = options.workspace;
    open.readOnly = true;
    auto store = Store::open(open);
    if (!store)
        qFatal("%s", qPrintable(store.error().message));
    using Built = Result<std::shared_ptr<const Snapshot>>;
    const Built live = rulesWait((*store)->read([](Database &db) -> Built { return db.finish(Snapshots::build(db)); }));
    if (!live)
        qFatal("%s", qPrintable(live.error().message));
    auto draft = std::make_shared<Snapshot>(**live);
    RuleSet rules = draft->rules;
    Rule rule;
    rule.name = u"Refunds"_s;
    rule.when = rulesTest(u"text"_s, RuleOperator::Contains, {u"refund"_s});
    describeCondition(rule.when);
    rule.then = {{Action::Kind::SuggestRoute, u"Refunds"_s, 0}};
    rules.rules.push_back(rule);
    draft->setRules(rules);
    for (const bool again : {false, true}) {
        ReplayRequest request;
        request.live = *live;
        request.draft = draft;
        request.messages = ReplayRequest::Messages::Each;
        request.classifyAgain = again;
        Replay replay(**store);
        const Stopwatch watch;
        const Result<ReplayResult> result = rulesWait(replay.run(request));
        if (!result)
            qFatal("%s", qPrintable(result.error().message));
        table.row(u"Replay of %1 messages, %2 (%3 would change)"_s.arg(result->messages)
                      .arg(again ? u"model and rules"_s : u"rules on what was decided"_s)
                      .arg(result->changedMessages),
                  u"%1 s"_s.arg(watch.wallMs() / 1000, 0, 'f', 1), u"-"_s,
                  u"%1 s of CPU"_s.arg(watch.cpuMs() / 1000, 0, 'f', 1), u"40 s of 1,000,000"_s);
    }
}

} // namespace patchbay::bench
