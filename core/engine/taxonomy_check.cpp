#include "core/engine/taxonomy_check.h"

#include "core/mail/characters.h"

#include <QtCore/QSet>

#include <algorithm>

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

QString taxonomyFolded(const QString &name) { return name.normalized(QString::NormalizationForm_KC).toCaseFolded(); }

QString taxonomyTooLong(const QString &what, qsizetype limit)
{
    return u"%1 has more than %2 characters."_s.arg(what).arg(limit);
}

template <class Unwanted> QString taxonomyUnwanted(const QString &what, const QString &text, Unwanted unwanted)
{
    const auto found = std::find_if(text.begin(), text.end(), unwanted);
    if (found == text.end())
        return text.isValidUtf16() ? QString() : u"%1 has half a character; type it anew."_s.arg(what);
    return u"%1 has a character that cannot be seen (U+%2); type it anew."_s.arg(
        what, QString::number(found->unicode(), 16).toUpper().rightJustified(4, u'0'));
}

} // namespace

QString lineProblem(const QString &what, const QString &text, qsizetype limit)
{
    if (text.size() > limit)
        return taxonomyTooLong(what, limit);
    return taxonomyUnwanted(what, text, [](QChar c) {
        return mail::isBidiControl(c) || mail::isInvisible(c) || c.category() == QChar::Other_Control
            || c.unicode() == 0x2028 || c.unicode() == 0x2029;
    });
}

QString textProblem(const QString &what, const QString &text, qsizetype limit)
{
    if (text.size() > limit)
        return taxonomyTooLong(what, limit);
    return taxonomyUnwanted(what, text, mail::isUnwantedInBody);
}

Result<Category> checkedCategory(Category category)
{
    const auto refused = [](const QString &sentence) { return makeError(Error::Kind::Refused, sentence); };
    category.name = category.name.simplified();
    category.description = category.description.simplified();
    if (category.name.isEmpty())
        return refused(u"A category needs a name."_s);
    if (const QString problem = lineProblem(u"The name"_s, category.name, categoryNameLimit); !problem.isEmpty())
        return refused(problem);
    if (const QString problem = lineProblem(u"The description"_s, category.description, categoryDescriptionLimit);
        !problem.isEmpty())
        return refused(problem);
    QStringList words;
    QSet<QString> seen;
    for (const QString &typed : std::as_const(category.keywords)) {
        const QString word = typed.simplified();
        if (word.isEmpty() || seen.contains(taxonomyFolded(word)))
            continue;
        if (const QString problem = textProblem(u"The key word “%1…”"_s.arg(word.left(20)), word, categoryWordLimit);
            !problem.isEmpty())
            return refused(problem);
        seen.insert(taxonomyFolded(word));
        words << word;
    }
    if (words.size() > categoryWordsLimit)
        return refused(u"The category has more than %1 key words."_s.arg(categoryWordsLimit));
    category.keywords = words;
    return category;
}

bool isSameName(const QString &a, const QString &b) { return taxonomyFolded(a) == taxonomyFolded(b); }

const Category *categoryNamed(const Taxonomy &taxonomy, const QString &name, CategoryId except)
{
    const QString wanted = taxonomyFolded(name);
    const auto found = std::find_if(taxonomy.begin(), taxonomy.end(), [&](const Category &category) {
        return (!except || category.id != except) && taxonomyFolded(category.name) == wanted;
    });
    return found == taxonomy.end() ? nullptr : &*found;
}

} // namespace patchbay
