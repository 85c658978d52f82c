#pragma once

#include "core/ports/catalog.h"
#include "ui/widgets/kind_gallery.h"

namespace patchbay {

class ChannelKindsModel;

/// Everything that a channel can be: how its messages arrive, whether it needs a public address, how it answers, and
/// what the connector was held against. The catalog outlives it. GUI thread.
class ChannelGallery final : public KindGallery {
    Q_OBJECT

public:
    explicit ChannelGallery(const Catalog &catalog, QWidget *parent = nullptr);

protected:
    void narrowTo(const QString &typed) override;
    QString idOf(int row) const override;
    QString aboutRow(int row) const override;

private:
    ChannelKindsModel *m_model;
};

} // namespace patchbay
