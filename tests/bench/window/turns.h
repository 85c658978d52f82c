#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QThread>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace patchbay::tests {

inline double milliseconds(const QElapsedTimer &timer) { return double(timer.nsecsElapsed()) / 1e6; }

/// How long single turns of the event loop took.
struct Turns {
    std::vector<double> lengths;

    template <class Done> void run(Done done, double limitMs = 60'000)
    {
        QElapsedTimer all;
        all.start();
        while (!done() && milliseconds(all) < limitMs) {
            QElapsedTimer turn;
            turn.start();
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            if (milliseconds(turn) > 0.02)
                lengths.push_back(milliseconds(turn));
            else
                QThread::usleep(200); // idle
        }
    }
    double longest() const { return lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end()); }
    void print(const char *what)
    {
        std::sort(lengths.begin(), lengths.end());
        if (lengths.empty()) {
            std::printf("  %-44s no turn was long enough to be seen\n", what);
            return;
        }
        const auto at = [this](double part) { return lengths[size_t(double(lengths.size() - 1) * part)]; };
        std::printf("  %-44s turns %6zu  p50 %7.2f  p95 %7.2f  p99 %7.2f  longest %7.2f ms\n", what, lengths.size(),
                    at(0.5), at(0.95), at(0.99), lengths.back());
        std::fflush(stdout);
    }
};

} // namespace patchbay::tests
