#pragma once
// What every test reads; precompiled for the larger test programs, where it halves the time.
#include <QtCore/QFuture>
#include <QtTest/QtTest>

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <vector>
