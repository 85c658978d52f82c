#pragma once

#include <QtWidgets/QTextEdit>

namespace patchbay {

/// A connector's setup page, beside its form: our own text, compiled in, written in Markdown. Nothing in it is loaded or
/// opened, and no text from outside is ever shown here. GUI thread.
class SetupPage final : public QTextEdit {
    Q_OBJECT

public:
    SetupPage(const QString &markdown, QWidget *parent);

protected:
    QVariant loadResource(int type, const QUrl &name) override;
};

} // namespace patchbay
