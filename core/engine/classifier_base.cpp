#include "core/engine/classifier_base.h"

#include "core/engine/classifier_language.h"
#include "core/engine/classifier_training.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDataStream>
#include <QtCore/QHash>
#include <QtCore/QIODevice>

#include <algorithm>
#include <numeric>

namespace patchbay {

namespace {

constexpr quint32 baseFormat = 2; // other numbers or another training: another format
constexpr int baseTextLimit = 4000;
constexpr double baseSeedTemperature = 0.22;
constexpr size_t baseLessonsToCalibrate = 60;
constexpr size_t baseHeldOut = 1000; // lessons, a fifth of them at most
constexpr quint32 baseMostHeldOut = 10'000;
// When an exact training is due.
constexpr size_t baseFewestRecent = 8;
constexpr size_t baseMostRecent = 200;
constexpr qsizetype baseMostCharacters = 40'000;

/// What a seed teaches: "my" in "cancel my order" is no sign of an order, nor is a comma.
std::vector<Term> baseSeedTerms(const QString &text)
{
    Grams grams = gramsOf(text);
    std::vector<bool> empty;
    for (size_t i = 0; i < grams.words.size(); ++i)
        empty.push_back(grams.words[i].isMark || isFrequentWord(foldedWord(grams.word(i).toString())));
    std::erase_if(grams.grams,
                  [&](const Gram &gram) { return gram.firstWord == gram.lastWord && empty[gram.firstWord]; });
    return termsOf(grams);
}

void addSeeds(const Taxonomy &taxonomy, LinearExamples &examples)
{
    const auto seed = [&examples](size_t label, QString text, float cost) {
        const std::vector<Term> terms = baseSeedTerms(text.replace(u'_', u' '));
        if (!terms.empty())
            (void)examples.add(terms, int(label), cost);
    };
    for (size_t k = 0; k < taxonomy.size(); ++k) {
        if (taxonomy[k].isUnsorted)
            continue;
        seed(k, taxonomy[k].name, 2.0f);
        seed(k, taxonomy[k].description, 1.0f);
        for (const QString &word : taxonomy[k].keywords)
            seed(k, word, 1.4f);
    }
}

struct BaseLesson {
    std::vector<Term> terms = {};
    int label = 0;
    float cost = 1;
};

/// Those that teach something, in order; the last word on a message takes the place of the words before it.
std::vector<const Lesson *> baseLessons(const ClassifierBase &base, const std::vector<Lesson> &lessons, size_t count)
{
    std::vector<const Lesson *> out;
    QHash<qint64, size_t> places; // message -> its lesson
    for (size_t i = 0; i < std::min(count, lessons.size()); ++i) {
        const Lesson &lesson = lessons[i];
        if (lesson.undoneAt || base.classOf(lesson.category) < 0)
            continue;
        const auto it = lesson.message ? places.constFind(lesson.message.value) : places.constEnd();
        if (it != places.constEnd()) {
            out[*it] = &lesson;
            continue;
        }
        if (lesson.message)
            places.insert(lesson.message.value, out.size());
        out.push_back(&lesson);
    }
    return out;
}

/// One temperature, and how it answers, from up to a fifth of the lessons, by a model that has not seen them.
bool calibrate(ClassifierBase &base, const LinearExamples &examples, size_t seeds, const CancelToken &cancel)
{
    base.temperature = baseSeedTemperature;
    const size_t lessons = examples.size() - seeds;
    if (lessons < baseLessonsToCalibrate)
        return true;
    const size_t every = std::max<size_t>(5, lessons / baseHeldOut); // a file may have one category after the other
    std::vector<size_t> learned;
    std::vector<size_t> held;
    for (size_t i = 0; i < examples.size(); ++i)
        (i >= seeds && (i - seeds) % every == every - 1 ? held : learned).push_back(i);
    const std::optional<LinearModel> partial = trainedLinear(base.linear.classes(), examples, learned, cancel);
    if (!partial)
        return false;
    std::vector<std::vector<float>> scores;
    std::vector<int> labels;
    for (const size_t example : held) {
        scores.push_back(partial->scores(partial->read(examples.terms(example))));
        for (size_t k = 0; k < scores.back().size(); ++k)
            scores.back()[k] = base.known[k] ? scores.back()[k] : -1e6f;
        labels.push_back(examples.label(example));
    }
    base.temperature = fittedTemperature(scores, labels);
    for (size_t i = 0; i < scores.size(); ++i) {
        const std::vector<double> shares = confidenceShares(scores[i], base.temperature);
        const auto best = std::max_element(shares.begin(), shares.end());
        base.heldOut.push_back({*best, int(best - shares.begin()) == labels[i]});
    }
    return true;
}

} // namespace

int ClassifierBase::classOf(CategoryId id) const
{
    const auto it = std::find_if(taxonomy.begin(), taxonomy.end(), [id](const Category &c) { return c.id == id; });
    return it == taxonomy.end() ? -1 : int(it - taxonomy.begin());
}

bool isTrainingDue(size_t exactly, size_t recent, qsizetype characters)
{
    return recent >= std::clamp(exactly / 16, baseFewestRecent, baseMostRecent)
        || (recent > 0 && characters >= baseMostCharacters);
}

size_t exactlyLearned(const std::vector<Lesson> &lessons)
{
    size_t exactly = 0;
    qsizetype characters = 0;
    for (size_t i = 0; i < lessons.size(); ++i) {
        characters += std::min<qsizetype>(lessons[i].text.size(), baseTextLimit);
        if (lessons[i].message && !isTrainingDue(exactly, i + 1 - exactly, characters))
            continue;
        exactly = i + 1;
        characters = 0;
    }
    return exactly;
}

QByteArray fingerprintOf(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons, size_t count)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto add = [&hash](const QString &text) {
        hash.addData(QByteArray::number(text.size()) + ':');
        hash.addData(QByteArrayView(reinterpret_cast<const char *>(text.utf16()), text.size() * 2));
    };
    hash.addData(QByteArray::number(baseFormat) + ' ');
    for (const Category &category : taxonomy) {
        hash.addData(QByteArray::number(category.id.value) + (category.isUnsorted ? "u" : "c"));
        add(category.name);
        add(category.description);
        for (const QString &word : category.keywords)
            add(word);
    }
    for (size_t i = 0; i < std::min(count, lessons.size()); ++i) {
        const Lesson &lesson = lessons[i];
        hash.addData("|" + QByteArray::number(lesson.category.value) + ' ' + QByteArray::number(lesson.message.value)
                     + ' ' + QByteArray::number(lesson.weight, 'g', 17) + (lesson.undoneAt ? "-" : "+"));
        add(lesson.text.left(baseTextLimit));
    }
    return hash.result().toHex();
}

std::vector<Term> lessonTerms(const QString &text) { return termsOf(gramsOf(text, baseTextLimit)); }

std::shared_ptr<const ClassifierBase> trainedBase(const Taxonomy &taxonomy, const std::vector<Lesson> &lessons,
                                                  size_t count, const CancelToken &cancel)
{
    auto base = std::make_shared<ClassifierBase>();
    base->taxonomy = taxonomy;
    for (const Category &category : taxonomy)
        base->known.push_back(!category.isUnsorted);
    base->linear = LinearModel(int(taxonomy.size()));
    base->fingerprint = fingerprintOf(taxonomy, lessons, count);
    LinearExamples examples;
    addSeeds(taxonomy, examples);
    const size_t seeds = examples.size();
    const std::vector<const Lesson *> counting = baseLessons(*base, lessons, count);
    std::vector<BaseLesson> newest; // first, so that the oldest are left out where there is no room for all
    size_t terms = 0;
    for (auto it = counting.rbegin(); it != counting.rend() && terms < LinearExamples::mostTerms * 9 / 10; ++it) {
        BaseLesson lesson{lessonTerms((*it)->text), base->classOf((*it)->category), float((*it)->weight)};
        terms += lesson.terms.size();
        if (!lesson.terms.empty())
            newest.push_back(std::move(lesson));
    }
    for (auto it = newest.rbegin(); it != newest.rend(); ++it) {
        base->known[size_t(it->label)] = true;
        (void)examples.add(it->terms, it->label, it->cost);
    }
    newest = {};
    if (!calibrate(*base, examples, seeds, cancel))
        return nullptr;
    std::vector<size_t> all(examples.size());
    std::iota(all.begin(), all.end(), size_t(0));
    std::optional<LinearModel> linear = trainedLinear(int(taxonomy.size()), examples, all, cancel);
    if (!linear)
        return nullptr;
    base->linear = std::move(*linear);
    return base;
}

QByteArray bytesOf(const ClassifierBase &base)
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << baseFormat << base.fingerprint << base.temperature << quint32(base.heldOut.size());
    for (const HeldOutAnswer &answer : base.heldOut)
        out << answer.confidence << answer.right;
    for (const bool known : base.known)
        out << known;
    out << qCompress(base.linear.bytes(), 1);
    const QByteArray sum = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
    return sum + bytes;
}

std::shared_ptr<const ClassifierBase> baseFromBytes(const Taxonomy &taxonomy, const QByteArray &fingerprint,
                                                    const QByteArray &bytes)
{
    constexpr qsizetype sumSize = 32;
    const QByteArray rest = bytes.mid(sumSize);
    if (rest.isEmpty() || QCryptographicHash::hash(rest, QCryptographicHash::Sha256) != bytes.left(sumSize))
        return nullptr;
    QDataStream in(rest);
    auto base = std::make_shared<ClassifierBase>();
    base->taxonomy = taxonomy;
    quint32 format = 0;
    quint32 heldOut = 0;
    in >> format >> base->fingerprint >> base->temperature >> heldOut;
    if (format != baseFormat || base->fingerprint != fingerprint || heldOut > baseMostHeldOut)
        return nullptr;
    base->heldOut.resize(heldOut);
    for (HeldOutAnswer &answer : base->heldOut)
        in >> answer.confidence >> answer.right;
    for (size_t k = 0; k < taxonomy.size(); ++k) {
        bool known = false;
        in >> known;
        base->known.push_back(known);
    }
    QByteArray linear;
    in >> linear;
    std::optional<LinearModel> model = LinearModel::fromBytes(qUncompress(linear));
    if (in.status() != QDataStream::Ok || !model || model->classes() != int(taxonomy.size()))
        return nullptr;
    base->linear = std::move(*model);
    return base;
}

} // namespace patchbay
