#pragma once

#include <QtTest/QtTest>

#include <functional>

namespace patchbay::tests {

/// Adds a class of tests to this program. Use PATCHBAY_TESTS(Class) once below the class.
struct Registration {
    Registration(const char *name, const QMetaObject *functions, std::function<QObject *()> make);
};

/// Where the vendors' material lies, or an empty string: then the test is skipped by name.
QString sharedFolder();

/// QSKIPs outside CI's full run, fails inside it (PATCHBAY_REQUIRE_SERVERS=1).
#define PATCHBAY_SKIP_WITHOUT_SERVER(condition, what)                                                                  \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            if (qEnvironmentVariableIntValue("PATCHBAY_REQUIRE_SERVERS"))                                              \
                QFAIL("missing server: " what);                                                                        \
            QSKIP("missing server: " what);                                                                            \
        }                                                                                                              \
    } while (false)

#define PATCHBAY_SKIP_WITHOUT_SHARED(folder)                                                                           \
    if (patchbay::tests::sharedFolder().isEmpty())                                                                     \
    QSKIP("no vendors' material: " folder)

} // namespace patchbay::tests

#define PATCHBAY_TESTS(Class)                                                                                          \
    static const patchbay::tests::Registration registration_##Class(#Class, &Class::staticMetaObject,                  \
                                                                    [] { return new Class; });
