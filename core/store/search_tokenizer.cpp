#include "core/store/search_tokenizer.h"

#include "core/search/tokens.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sqlite3.h>

namespace patchbay {

namespace {

/// The words of the documents that went through the index of one connection. Lives as long as the connection.
class FtsWords {
public:
    /// Nearly every word was there a moment ago: then its hash stands in one of its two places, and nothing else is
    /// looked at. One that lost its place may come a second time.
    void see(std::string_view word)
    {
        if (m_seen.empty())
            m_seen.resize(places);
        const size_t hash = std::hash<std::string_view>()(word) | 1; // 0: a free place
        size_t *const place = &m_seen[(hash >> 1) % (places / 2) * 2];
        if (place[0] == hash || place[1] == hash)
            return;
        place[1] = std::exchange(place[0], hash);
        m_words.emplace_back(word);
    }

    /// Each once, in order: beside each other in the table, too.
    std::vector<std::string> take()
    {
        std::vector<std::string> words = std::exchange(m_words, {});
        m_seen.assign(m_seen.size(), 0);
        std::sort(words.begin(), words.end());
        words.erase(std::unique(words.begin(), words.end()), words.end());
        return words;
    }

private:
    static constexpr size_t places = 32768;

    std::vector<size_t> m_seen; ///< hashes of the two words that came last to each pair of places
    std::vector<std::string> m_words;
};

using FtsTake = int (*)(void *, int, const char *, int, int, int);

int ftsCreate(void *words, const char **, int, Fts5Tokenizer **made)
{
    *made = static_cast<Fts5Tokenizer *>(words);
    return SQLITE_OK;
}

void ftsDelete(Fts5Tokenizer *) { }

int ftsTokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int size, FtsTake take)
{
    struct Use {
        void *context;
        FtsTake take;
        FtsWords *words;
        int code;
    } use{context, take, flags & FTS5_TOKENIZE_DOCUMENT ? reinterpret_cast<FtsWords *>(tokenizer) : nullptr, SQLITE_OK};
    const auto give = [](void *given, QByteArrayView folded, int start, int end) {
        Use &u = *static_cast<Use *>(given);
        const std::string_view word(folded.data(), size_t(folded.size()));
        if (u.words)
            u.words->see(word);
        u.code = u.take(u.context, 0, folded.data(), int(folded.size()), start, end);
        return u.code == SQLITE_OK;
    };
    tokenize(QByteArrayView(text, text ? size : 0), flags & FTS5_TOKENIZE_QUERY ? TokenUse::Query : TokenUse::Index,
             give, &use);
    return use.code;
}

/// How well a document fits, for the best of a few thousand: each word counts more the more often it stands there, less
/// and less with each time, more in the subject and in a short text. How rare a word is plays no part, because to know
/// it SQLite would read every document that has it.
void ftsRank(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int, sqlite3_value **)
{
    constexpr double weights[] = {2.0, 0.5, 3.0, 1.0, 2.0}; // author, recipients, subject, body, files
    double score = 0;
    const int phrases = api->xPhraseCount(context);
    for (int phrase = 0; phrase < phrases; ++phrase) {
        double found = 0;
        Fts5PhraseIter at;
        int column = 0;
        int offset = 0;
        const int code = api->xPhraseFirst(context, phrase, &at, &column, &offset);
        if (code != SQLITE_OK)
            return sqlite3_result_error_code(result, code);
        for (int seen = 0; column >= 0 && seen < 50; ++seen) {
            found += weights[column];
            api->xPhraseNext(context, &at, &column, &offset);
        }
        score += found / (found + 1.5);
    }
    int words = 0;
    api->xColumnSize(context, -1, &words);
    sqlite3_result_double(result, score / (1.0 + 0.002 * words));
}

/// Whether a word of the text begins so.
void ftsBegins(sqlite3_context *context, int, sqlite3_value **values)
{
    struct Look {
        QByteArrayView beginning;
        bool found;
    };
    const auto bytes = [](sqlite3_value *value) {
        const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
        return QByteArrayView(text, text ? sqlite3_value_bytes(value) : 0);
    };
    Look look{bytes(values[0]), false};
    const auto take = [](void *given, QByteArrayView folded, int, int) {
        Look &l = *static_cast<Look *>(given);
        l.found = folded.startsWith(l.beginning);
        return !l.found;
    };
    tokenize(bytes(values[1]), TokenUse::Index, take, &look);
    sqlite3_result_int(context, look.found ? 1 : 0);
}

/// Words are letters and digits: nothing in them needs to be escaped.
void ftsTakeWords(sqlite3_context *context, int, sqlite3_value **)
{
    std::string json = "[";
    for (const std::string &word : static_cast<FtsWords *>(sqlite3_user_data(context))->take())
        json += (json.size() > 1 ? ",\"" : "\"") + word + '"';
    json += ']';
    sqlite3_result_text(context, json.data(), int(json.size()), SQLITE_TRANSIENT);
}

/// SQLite hands its interface out through a pointer bound to a statement (fts5.html, "Extending FTS5").
fts5_api *ftsInterface(sqlite3 *db)
{
    fts5_api *api = nullptr;
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

} // namespace

int registerSearchTokenizer(sqlite3 *db)
{
    fts5_api *const api = ftsInterface(db);
    if (!api)
        return sqlite3_errcode(db) == SQLITE_OK ? SQLITE_ERROR : sqlite3_errcode(db);
    fts5_tokenizer tokenizer{ftsCreate, ftsDelete, ftsTokenize};
    // Owned by the function, and so by the connection; the tokenizer only borrows it.
    auto *words = new FtsWords;
    if (const int code =
            sqlite3_create_function_v2(db, "patchbay_words", 0, SQLITE_UTF8 | SQLITE_DIRECTONLY, words, ftsTakeWords,
                                       nullptr, nullptr, [](void *old) { delete static_cast<FtsWords *>(old); });
        code != SQLITE_OK)
        return code;
    if (const int code =
            sqlite3_create_function_v2(db, "patchbay_begins", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                       nullptr, ftsBegins, nullptr, nullptr, nullptr);
        code != SQLITE_OK)
        return code;
    if (const int code = api->xCreateTokenizer(api, "patchbay", words, &tokenizer, nullptr); code != SQLITE_OK)
        return code;
    return api->xCreateFunction(api, "patchbay_rank", nullptr, ftsRank, nullptr);
}

} // namespace patchbay
