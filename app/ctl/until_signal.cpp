#include "app/ctl/until_signal.h"

#include <QtCore/QPromise>
#include <QtCore/QSocketNotifier>

#include <csignal>
#include <memory>
#include <unistd.h>

namespace patchbay {

namespace {

int signalPipe[2] = {-1, -1}; // a handler may only touch what is global

void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
}

} // namespace

QFuture<Result<Done>> untilSignal()
{
    auto promise = std::make_shared<QPromise<Result<Done>>>();
    promise->start();
    if (::pipe(signalPipe) != 0) {
        promise->addResult(Result<Done>(makeError(Error::Kind::Storage, QStringLiteral("No pipe for signals."))));
        promise->finish();
        return promise->future();
    }
    auto *notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read);
    QObject::connect(notifier, &QSocketNotifier::activated, notifier, [notifier, promise] {
        notifier->setEnabled(false);
        promise->addResult(Result<Done>(Done{}));
        promise->finish();
        notifier->deleteLater();
    });
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    return promise->future();
}

} // namespace patchbay
