#pragma once

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

#include <memory>
#include <type_traits>

namespace patchbay::tests {

/// Qt's own tester on a model for as long as this lives. The test fails when nothing came, went or moved meanwhile: a
/// model that does not change has nothing that could be wrong. `architecture.models` looks for Watched<Model> by name.
template <class Model> class Watched {
public:
    explicit Watched(std::type_identity_t<Model> &model)
        : m_tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
    {
        const auto count = [changes = m_changes] { ++*changes; };
        QObject::connect(&model, &QAbstractItemModel::rowsInserted, &m_tester, count);
        QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &m_tester, count);
        QObject::connect(&model, &QAbstractItemModel::rowsMoved, &m_tester, count);
        QObject::connect(&model, &QAbstractItemModel::modelReset, &m_tester, count);
    }
    ~Watched()
    {
        if (*m_changes == 0)
            QTest::qFail("no row came, went or moved while the model was watched", __FILE__, __LINE__);
    }
    Watched(const Watched &) = delete;
    Watched &operator=(const Watched &) = delete;

private:
    QAbstractItemModelTester m_tester;
    std::shared_ptr<int> m_changes = std::make_shared<int>(0);
};

} // namespace patchbay::tests
