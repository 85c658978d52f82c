#pragma once

#include <QtWidgets/QWidget>

namespace patchbay {

/// The first minute: three ways to begin. GUI thread.
class FirstRunPage final : public QWidget {
    Q_OBJECT

public:
    explicit FirstRunPage(QWidget *parent = nullptr);

Q_SIGNALS:
    void sampleWanted();
    void mailboxWanted();
    void importWanted();
};

} // namespace patchbay
