#pragma once
// What nearly every file reads; precompiled for daily work (PATCHBAY_PCH), not used in unity builds.
#include <QtCore/QByteArray>
#include <QtCore/QDateTime>
#include <QtCore/QFuture>
#include <QtCore/QHash>
#include <QtCore/QJsonObject>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <functional>
#include <memory>
#include <optional>
#include <vector>
