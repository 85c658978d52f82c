#pragma once

#include <QtWidgets/QDialog>

namespace patchbay {

class ActionRegistry;

/// All keys on one page, from the registry. GUI thread.
class CheatSheet final : public QDialog {
    Q_OBJECT

public:
    explicit CheatSheet(const ActionRegistry &actions, QWidget *parent = nullptr);
};

} // namespace patchbay
