#pragma once

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

namespace patchbay::tests {

/// Whether a process of ours may mount a small file system in a namespace of its own (`unshare -rm`). Some containers
/// and chroots forbid it: what needs a full disk is skipped there, by name.
inline bool canMountASmallDisk()
{
    const QTemporaryDir folder;
    QProcess probe;
    probe.start(QStringLiteral("unshare"),
                {QStringLiteral("-rm"), QStringLiteral("mount"), QStringLiteral("-t"), QStringLiteral("tmpfs"),
                 QStringLiteral("tmpfs"), folder.path()});
    return probe.waitForFinished(10000) && probe.exitStatus() == QProcess::NormalExit && probe.exitCode() == 0;
}

} // namespace patchbay::tests

#define PATCHBAY_SKIP_WITHOUT_SMALL_DISK()                                                                             \
    if (!patchbay::tests::canMountASmallDisk())                                                                        \
    QSKIP("no file system may be mounted here (unshare -rm)")
