#include "bench/bench.h"

#include <QtCore/QFile>
#include <QtCore/QLocale>

namespace patchbay::bench {

using namespace Qt::StringLiterals;

void writeMbox(const BenchOptions &options)
{
    QFile file(options.mbox);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("%s cannot be written", qPrintable(options.mbox));
    Corpus corpus(options.messages);
    for (int i = 0; i < options.messages; ++i) {
        const CorpusMessage message = corpus.next();
        const QByteArray date =
            QLocale::c().toString(message.at.toDateTime().toUTC(), u"ddd MMM d hh:mm:ss yyyy"_s).toLatin1();
        file.write("From person@example.org " + date + "\n" + Corpus::mail(message) + "\n");
    }
}

} // namespace patchbay::bench
