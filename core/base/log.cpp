#include "core/base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <QtCore/QSet>

#include <algorithm>
#include <mutex>
#include <vector>

namespace patchbay {

namespace {

constexpr qsizetype shortestSecret = 4;

struct Secrets {
    std::mutex mutex;
    QSet<QString> values;
};

Secrets &secrets()
{
    static Secrets all;
    return all;
}

struct SecretRange {
    qsizetype begin = 0;
    qsizetype end = 0;
};

/// Where secrets stand, in order. Ranges that overlap are one, because what is left of a secret whose middle was hidden
/// can give it away.
std::vector<SecretRange> rangesOfSecrets(const QString &text)
{
    std::vector<SecretRange> found;
    {
        const std::lock_guard lock(secrets().mutex);
        for (const QString &secret : std::as_const(secrets().values)) {
            for (qsizetype at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1))
                found.push_back({at, at + secret.size()});
        }
    }
    std::ranges::sort(found, {}, &SecretRange::begin);
    std::vector<SecretRange> joined;
    for (const SecretRange &range : found) {
        if (!joined.empty() && range.begin < joined.back().end)
            joined.back().end = std::max(joined.back().end, range.end);
        else
            joined.push_back(range);
    }
    return joined;
}

bool isHarmless(QChar c)
{
    if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0))
        return false;
    return c.category() != QChar::Other_Format && c.category() != QChar::Separator_Line
        && c.category() != QChar::Separator_Paragraph;
}

void write(spdlog::level::level_enum level, const char *area, const QString &text)
{
    spdlog::log(level, "{}: {}", area, escapedForLog(redacted(text)).toStdString());
}

} // namespace

void logDebug(const char *area, const QString &text) { write(spdlog::level::debug, area, text); }
void logInfo(const char *area, const QString &text) { write(spdlog::level::info, area, text); }
void logWarning(const char *area, const QString &text) { write(spdlog::level::warn, area, text); }
void logError(const char *area, const QString &text) { write(spdlog::level::err, area, text); }

void registerSecret(const QString &value)
{
    if (value.size() < shortestSecret)
        return;
    const std::lock_guard lock(secrets().mutex);
    secrets().values.insert(value);
}

QString redacted(const QString &text)
{
    QString masked;
    qsizetype done = 0;
    for (const SecretRange &range : rangesOfSecrets(text)) {
        masked += QStringView(text).mid(done, range.begin - done);
        masked += QStringLiteral("•••");
        done = range.end;
    }
    return masked += QStringView(text).mid(done);
}

QString escapedForLog(const QString &text, qsizetype limit)
{
    QString line;
    line.reserve(qMin(text.size(), limit));
    for (const QChar c : text.left(limit)) {
        if (isHarmless(c))
            line += c;
        else
            line += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
    }
    if (text.size() > limit)
        line += QStringLiteral("…");
    return line;
}

void startLog(const QString &file, bool verbose)
{
    constexpr size_t megabytes = 1024 * 1024;
    std::shared_ptr<spdlog::logger> logger;
    if (file.isEmpty()) {
        logger = std::make_shared<spdlog::logger>("patchbay", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    } else {
        try {
            logger = std::make_shared<spdlog::logger>(
                "patchbay",
                std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.toStdString(), 5 * megabytes, 3));
        } catch (const spdlog::spdlog_ex &) { // an unwritable log must not keep the program from starting
            logger =
                std::make_shared<spdlog::logger>("patchbay", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
            logger->warn("log: cannot write {}, using standard error", escapedForLog(file).toStdString());
        }
    }
    logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

} // namespace patchbay
