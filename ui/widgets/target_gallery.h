#pragma once

#include "core/ports/catalog.h"
#include "ui/widgets/kind_gallery.h"

namespace patchbay {

class TargetKindsModel;

/// Everything that a target can be: what a task becomes there, the class of a repeat, and what the connector was held
/// against. The catalog outlives it. GUI thread.
class TargetGallery final : public KindGallery {
    Q_OBJECT

public:
    explicit TargetGallery(const Catalog &catalog, QWidget *parent = nullptr);

protected:
    void narrowTo(const QString &typed) override;
    QString idOf(int row) const override;
    QString aboutRow(int row) const override;

private:
    TargetKindsModel *m_model;
};

} // namespace patchbay
