#pragma once

#include "core/model/body.h"

namespace patchbay::mail {

/// The address that a link may lead to: http, https or mailto, encoded, its host in ASCII, without user name and
/// password, a mailto without attachments and hidden recipients. Empty for everything else. Pure; any thread.
QString safeHref(const QString &raw);

/// What has to be shown beside a link's text so that the text does not lie: the real host (in punycode where its
/// letters are of several scripts) or the real mail address. Empty when the text names no other. `raw` is the link as
/// written.
QString honestSuffix(const QString &text, const QString &href, const QString &raw);

/// Plain text to runs; http, https and mailto addresses in it become links, without the punctuation behind them.
std::vector<BodyRun> linkified(const QString &text);

} // namespace patchbay::mail
