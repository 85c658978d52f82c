#include "connectors/kit/crm_session_calls.h"

namespace patchbay {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t mostChoices = 5000;

} // namespace

Async<Result<QString>> CrmSession::test()
{
    QStringList sentences;
    CrmContext about = context();
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
    for (const CrmCall<CrmFinding> &step : m_spec.test) {
        if (!isWanted(step, about))
            continue;
        const Result<CrmFinding> finding = co_await call(step, about);
        if (!finding)
            co_return finding.error();
        addTo(about.known, finding->known);
        if (!finding->sentence.isEmpty())
            sentences.append(finding->sentence);
    }
    if (sentences.isEmpty()) {
        sentences.append(
            u"Nothing of %1 can be asked without making a task; the first one will show whether it works."_s.arg(
                m_spec.title));
    }
    co_return sentences.join(u' ');
}

Async<Result<std::vector<FieldChoice>>> CrmSession::fields()
{
    std::vector<FieldChoice> all;
    CrmContext about = context();
    const Result<Done> signedIn = co_await signIn(&about);
    if (!signedIn)
        co_return signedIn.error();
    const Result<Done> ready = co_await readFacts(m_spec.fieldFacts, &m_fieldFactsRead, &about);
    if (!ready)
        co_return ready.error();
    for (const CrmCall<std::vector<FieldChoice>> &step : m_spec.fields) {
        if (!isWanted(step, about))
            continue;
        std::function<bool(std::vector<FieldChoice>)> add = [&all](const std::vector<FieldChoice> &some) {
            all.insert(all.end(), some.begin(), some.end());
            return all.size() >= mostChoices;
        };
        const Result<Done> read = co_await eachPage(step, about, std::move(add));
        if (!read)
            co_return read.error();
    }
    co_return all;
}

} // namespace patchbay
