#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"

#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace patchbay {

/// A message that the platform approved beforehand: it is taken when a free answer is not. In its header and body
/// {{1}} or {{first_name}} stand for what the operator fills in. A value.
struct MessageTemplate {
    QString name = {};
    QString language = {}; ///< as the platform writes it: "en_US"
    QString category = {};
    QString header = {};
    QString body = {};
    QString footer = {};
    QStringList buttons = {}; ///< their words; none wants a value

    bool operator==(const MessageTemplate &) const = default;
};

/// The templates of an account that can be sent from here.
struct TemplateList {
    std::vector<MessageTemplate> templates = {};
    int others = 0; ///< approved ones that want more than texts: a picture, a button's value
    Timestamp readAt = {};
};

/// One place to fill in: "header:1", "body:first_name".
struct TemplateBlank {
    QString key = {};
    QString name = {}; ///< "1", "first_name"
    bool inHeader = false;
};

/// A template with what the operator filled in.
struct TemplateUse {
    MessageTemplate chosen = {};
    QJsonObject values = {}; ///< by TemplateBlank::key
};

/// In the order of the text, each once; header before body.
std::vector<TemplateBlank> blanksOf(const MessageTemplate &chosen);
/// What the customer reads. A place that is not filled in yet stands there as it is written.
QString templateText(const TemplateUse &use);
/// Refused, with the place: every place has a text of at most 1,024 characters on one line, and there is no value for
/// another place.
Result<Done> checkTemplate(const TemplateUse &use);

QJsonObject toJson(const TemplateUse &use);
Result<TemplateUse> templateFromJson(const QJsonObject &json);
/// The same as a draft's text; nothing for a text that is no such draft.
QString asDraft(const TemplateUse &use);
std::optional<TemplateUse> templateFromDraft(const QString &text);

} // namespace patchbay
