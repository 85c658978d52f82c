#pragma once

#include <QtCore/QString>

namespace patchbay {

/// Whether a host that the other side names may be asked: a name of the public domain name system, or a public address;
/// none of this computer or of a private network. Judged by the name alone, nothing is resolved: a public name that
/// leads into a private network is not seen here.
bool isPublicHost(const QString &host);

} // namespace patchbay
