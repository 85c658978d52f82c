#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QString>

#include <vector>

namespace patchbay::bench {

/// CPU of this process in microseconds, all threads.
double cpuMicroseconds();
/// Memory of a process in MB, shared pages in proportion; 0: not known.
double pssMegabytes(qint64 pid = 0);

/// Wall clock and CPU from its making on.
class Stopwatch {
public:
    Stopwatch();
    double wallMs() const;
    double cpuMs() const;

private:
    QElapsedTimer m_timer;
    double m_cpu;
};

/// Milliseconds of many tries.
struct Times {
    std::vector<double> ms = {};
    void add(double value) { ms.push_back(value); }
    double at(double share) const; ///< 0.95: the p95
};

/// The table that is printed and kept in the docs, as Markdown rows.
class Table {
public:
    void row(const QString &what, const QString &ours, const QString &peer, const QString &ratio, const QString &goal);
    void print() const;

private:
    std::vector<QStringList> m_rows;
};

QString ms(double value);

} // namespace patchbay::bench
