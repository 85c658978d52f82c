#pragma once

#include <QtCore/QString>

namespace patchbay::bench {

/// The other side of one target, in a process of its own: HTTP/1.1 with keep-alive on loopback, answering from the
/// connector's recorded dialogues. Prints its port, runs until standard input ends, and answers "/__creations" with the
/// number of tasks that it was asked to make. Each delivery has the recorded key but for its last twelve digits, which
/// come back in the answer.
int runFarServer(const QString &connector);

} // namespace patchbay::bench
