#pragma once

#include "core/engine/contact_desk.h"
#include "core/ports/catalog.h"

namespace patchbay::words {

/// "WhatsApp Cloud: 491711234567".
QString handle(const Handle &handle, const Catalog &catalog);
/// All of them in one line.
QString handles(const std::vector<Handle> &handles, const Catalog &catalog);
/// "Same phone +49 171 1234567: 491711234567 in WhatsApp Cloud, +49 (0)171 123-4567 in the signature of a mail", and
/// what such a reason is worth when it is worth less.
QString evidence(const ContactMatch &match, const Catalog &catalog);
/// What there is of a person: name, addresses, conversations; lines of plain text.
QString personLines(const PersonShown &person, const Catalog &catalog, Timestamp now);
/// What would come of merging `joins` into `stays`.
QString mergePreview(const PersonShown &stays, const PersonShown &joins, const Catalog &catalog, Timestamp now);

} // namespace patchbay::words
