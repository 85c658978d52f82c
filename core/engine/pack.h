#pragma once

#include "core/base/result.h"
#include "core/model/guidance.h"
#include "core/model/taxonomy.h"

#include <QtCore/QByteArray>

namespace patchbay {

/// A domain pack: what a trade's support desk starts with. A plain value; names are texts, there are no ids in it.
struct Pack {
    struct Reply {
        CannedReply reply = {};
        QString category = {}; ///< its name; empty: for every category
    };
    struct Guide {
        BusinessRule rule = {};
        QString category = {};
    };

    QString name = {}; ///< "retail": lower-case letters, digits, underscores
    QString title = {};
    QString description = {};
    Taxonomy categories = {}; ///< without Unsorted
    QByteArray rules = {}; ///< a rule-set document; empty: none
    std::vector<Reply> replies = {};
    std::vector<Guide> guides = {}; ///< business rules
};

/// Reads a pack, as docs/packs.md tells it. Strict: the first thing that is wrong is an error that names the file, the
/// line and the field, "retail.json, line 14: /categories/2/priority must be one of low, normal, high, urgent".
/// Bounded; pure.
Result<Pack> parsePack(const QByteArray &bytes, const QString &fileName);
/// The document that parsePack() reads as this pack, written for people and for diffs.
QByteArray packDocument(const Pack &pack);

/// Those that come with Patchbay.
const QStringList &builtInPackNames();
/// NotFound, with the names that there are.
Result<Pack> builtInPack(const QString &name);

} // namespace patchbay
