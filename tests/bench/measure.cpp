#include "bench/measure.h"

#include <QtCore/QFile>
#include <QtCore/QStringList>

#include <algorithm>
#include <cstdio>

#include <sys/resource.h>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

double cpuMicroseconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto us = [](const timeval &t) { return double(t.tv_sec) * 1e6 + double(t.tv_usec); };
    return us(usage.ru_utime) + us(usage.ru_stime);
}

double pssMegabytes(qint64 pid)
{
    QFile file(u"/proc/%1/smaps_rollup"_s.arg(pid > 0 ? QString::number(pid) : u"self"_s));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("Pss:"))
            return line.mid(4).simplified().split(' ').front().toDouble() / 1024;
    }
    return 0;
}

Stopwatch::Stopwatch()
    : m_cpu(cpuMicroseconds())
{
    m_timer.start();
}

double Stopwatch::wallMs() const { return double(m_timer.nsecsElapsed()) / 1e6; }

double Stopwatch::cpuMs() const { return (cpuMicroseconds() - m_cpu) / 1e3; }

double Times::at(double share) const
{
    if (ms.empty())
        return 0;
    std::vector<double> sorted = ms;
    std::sort(sorted.begin(), sorted.end());
    return sorted[size_t(std::min<double>(double(sorted.size()) - 1, share * double(sorted.size())))];
}

void Table::row(const QString &what, const QString &ours, const QString &peer, const QString &ratio,
                const QString &goal)
{
    m_rows.push_back({what, ours, peer, ratio, goal});
    std::printf("%s: %s (%s; %s)\n", qPrintable(what), qPrintable(ours), qPrintable(peer), qPrintable(goal));
    std::fflush(stdout);
}

void Table::print() const
{
    if (m_rows.empty()) // a part with a table of its own
        return;
    std::printf("\n| what | Patchbay | beside it, in the same run | ratio | goal |\n|---|---|---|---|---|\n");
    for (const QStringList &row : m_rows)
        std::printf("| %s |\n", qPrintable(row.join(u" | "_s)));
}

QString ms(double value)
{
    return value < 10 ? QString::number(value, 'f', 2) + u" ms"_s : QString::number(value, 'f', 0) + u" ms"_s;
}

} // namespace patchbay::bench
