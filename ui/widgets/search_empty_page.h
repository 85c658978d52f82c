#pragma once

#include "core/search/query.h"

#include <QtWidgets/QWidget>

class QLabel;
class QVBoxLayout;

namespace patchbay {

/// "Nothing found": says what was looked through, and offers to ask for less. GUI thread.
class SearchEmptyPage final : public QWidget {
    Q_OBJECT

public:
    explicit SearchEmptyPage(QWidget *parent = nullptr);

    void show(const QString &coverage, const std::vector<Relaxation> &offers);

Q_SIGNALS:
    /// The search that was chosen.
    void chosen(const QString &text);

private:
    QLabel *m_coverage;
    QLabel *m_hint;
    QVBoxLayout *m_offers;
    QStringList m_shown;
};

} // namespace patchbay
