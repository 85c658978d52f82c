#include "bench/classify_bench.h"

#include "core/engine/classifier.h"
#include "core/engine/default_taxonomy.h"
#include "core/engine/rules.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t messageCount = 500;
constexpr size_t lessonsAtOnce = 25;
constexpr int measuredRounds = 15;

/// What customers write, two of each category of the default taxonomy; messages are three or four of them.
constexpr std::array sentences{
    u"I was charged twice for the invoice of last month and my bank statement shows both payments.",
    u"Could you send a corrected receipt with the VAT number of our company to the billing address?",
    u"My parcel was supposed to arrive on Tuesday, but the tracking page has not changed since then.",
    u"The courier says that order 48213 was delivered to a neighbour whom nobody here has ever met.",
    u"The jacket is too small, so I would like to send it back and get my money back or a larger one.",
    u"Two of the six glasses arrived broken, please tell me how a replacement works under the warranty.",
    u"Since the update of this morning the app crashes as soon as I open the list of saved reports.",
    u"The website only shows a blank screen with server error 502 and does not load on any computer.",
    u"I got a new phone and no longer receive the verification code, so I cannot log in to my account.",
    u"Please reset the password for our shared profile, the link in your mail has expired already.",
    u"I would like to change the delivery address and add one more chair to the order from yesterday.",
    u"We ordered by mistake, is it still possible to cancel everything before it leaves the warehouse?",
    u"Is the large lamp available in white as well, and which size would fit a table of two metres?",
    u"What is the difference between the basic and the professional plan, and do you offer a discount?",
    u"This is the third time I write and nobody answers, which I find quite unacceptable by now.",
    u"Your colleague on the phone was rude to my mother and hung up in the middle of her question.",
    u"Thank you so much for the quick help last week, the whole team was amazed how easy it was.",
    u"It would be great if the calendar could remember the view that I used the last time.",
};

struct BenchMessage {
    QString subject = {};
    QString text = {};
    size_t topic = 0; ///< index of a category
};

std::vector<BenchMessage> benchMessages(size_t count)
{
    std::vector<BenchMessage> out;
    for (size_t i = 0; i < count; ++i) {
        const auto sentence = [i](size_t step) {
            return (i * 7 + step * (i / sentences.size() + 3)) % sentences.size();
        };
        BenchMessage message;
        message.topic = sentence(0) / 2;
        message.text = u"Hello,\n"_s;
        for (size_t step = 0; message.text.size() < 240; ++step)
            message.text += QString::fromUtf16(sentences.at(sentence(step))) + u' ';
        message.subject = QString::fromUtf16(sentences.at(sentence(0))).left(30);
        out.push_back(std::move(message));
    }
    return out;
}

/// Microseconds of CPU for each message. Each batch counts as the least of its rounds: a batch takes less than a slice
/// of time, and what else the machine does only adds to it.
template <class Work> double leastMicroseconds(const std::vector<BenchMessage> &messages, Work work)
{
    double sum = 0;
    for (size_t first = 0; first < messages.size(); first += lessonsAtOnce) {
        double least = 1e300;
        for (int round = 0; round < measuredRounds; ++round) {
            const std::clock_t start = std::clock();
            for (size_t i = first; i < std::min(first + lessonsAtOnce, messages.size()); ++i)
                work(messages[i]);
            least = std::min(least, double(std::clock() - start) * 1e6 / CLOCKS_PER_SEC);
        }
        sum += least;
    }
    return sum / double(messages.size());
}

Facts factsOf(const BenchMessage &message, const Classification &classification)
{
    Facts facts;
    facts.channel = u"Support"_s;
    facts.connector = u"mail"_s;
    facts.category = u"Billing"_s;
    facts.confidence = classification.confidence;
    facts.priority = classification.priority;
    facts.language = classification.language;
    facts.subject = message.subject;
    facts.text = message.text;
    facts.contactAddress = u"zoe@example.org"_s;
    facts.contactName = u"Zoe Baker"_s;
    return facts;
}

void measure(const char *name, const Classifier &classifier, const RuleSet &rules)
{
    const std::vector<BenchMessage> messages = benchMessages(messageCount);
    qsizetype bytes = 0;
    const auto classify = [&](const BenchMessage &m) {
        bytes += classifier.classify(m.subject, m.text).language.size();
    };
    const auto decide = [&](const BenchMessage &m) {
        const Classification classification = classifier.classify(m.subject, m.text);
        const Decision decision = evaluate(rules, factsOf(m, classification));
        bytes += qsizetype(decision.trace.rules.size());
    };
    const auto all = [&](const BenchMessage &m) {
        const Classification classification = classifier.classify(m.subject, m.text);
        const Decision decision = evaluate(rules, factsOf(m, classification));
        for (const QString &json : {jsonText(classification), jsonText(decision.trace)})
            bytes += json.size();
    };
    const double first = leastMicroseconds(messages, classify);
    const double second = leastMicroseconds(messages, decide);
    const double third = leastMicroseconds(messages, all);
    std::printf("%-14s classify %6.1f us, rules %6.1f us, as JSON text %6.1f us, all %6.1f us of CPU each (%lld)\n",
                name, first, second - first, third - second, third, static_cast<long long>(bytes % 10));
}

} // namespace

void benchClassify()
{
    Taxonomy taxonomy = defaultTaxonomy();
    for (size_t i = 0; i < taxonomy.size(); ++i)
        taxonomy[i].id = {qint64(i) + 1};
    const Result<RuleSet> rules = parseRuleSet(defaultRuleSet(), 1);
    if (!rules) {
        std::printf("the default rules cannot be read: %s\n", qPrintable(rules.error().message));
        return;
    }
    std::vector<Lesson> lessons;
    for (const BenchMessage &message : benchMessages(200)) {
        Lesson lesson;
        lesson.message = {qint64(lessons.size()) + 1};
        lesson.category = taxonomy[message.topic].id;
        lesson.text = message.text;
        lessons.push_back(std::move(lesson));
    }
    measure("no lessons:", *Classifier::seeded(taxonomy), *rules);
    measure("200 lessons:", *Classifier::trained(taxonomy, lessons), *rules);
}

} // namespace patchbay::bench
