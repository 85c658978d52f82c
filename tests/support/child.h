#pragma once

#include "support/test_main.h"

#include <QtCore/QMap>
#include <QtCore/QProcess>

#include <memory>

namespace patchbay::tests {

/// This test program again, running one class only: for what must be killed, or must have a lock or a disk of its own.
/// `variables` are set in its environment, the fault point among them.
inline void startChild(QProcess &child, const char *testClass, const QMap<QString, QString> &variables)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("PATCHBAY_JUNIT"));
    for (auto variable = variables.begin(); variable != variables.end(); ++variable)
        environment.insert(variable.key(), variable.value());
    child.setProcessEnvironment(environment);
    child.setProcessChannelMode(QProcess::MergedChannels);
    child.start(QCoreApplication::applicationFilePath(), {QLatin1String(testClass)});
}

/// True when the child ended by a signal, as a fault point ends it.
inline bool wasKilled(QProcess &child)
{
    return child.waitForFinished(60000) && child.exitStatus() == QProcess::CrashExit;
}

} // namespace patchbay::tests

/// A class that exists in children only: those that have this variable.
#define PATCHBAY_CHILD_TESTS(Class, variable)                                                                          \
    static const auto registration_##Class                                                                             \
        = qEnvironmentVariableIsSet(variable)                                                                          \
        ? std::make_unique<patchbay::tests::Registration>(#Class, &Class::staticMetaObject, [] { return new Class; })  \
        : nullptr;
