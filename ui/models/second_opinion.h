#pragma once

#include "core/model/question.h"
#include "core/store/question_table.h"
#include "ui/models/triage.h"

#include <QtCore/QObject>
#include <QtCore/QSet>

namespace patchbay {

/// What remote models were asked about the open conversation, and asking them. A suggested reply becomes a draft in the
/// composer and is never sent by itself. GUI thread.
class SecondOpinion final : public QObject {
    Q_OBJECT

public:
    explicit SecondOpinion(Triage &triage, QObject *parent = nullptr);

    /// Why no model can be asked here, in a sentence; empty when one can.
    QString obstacle() const;
    /// The workspace allows it and a model is set up, so that the card is worth its room.
    bool isSetUp() const;
    /// The newest question of this purpose about the open conversation; null: none.
    const questions::Shown *newest(Purpose purpose) const;
    /// Why the last question was not even queued (over the budget, ...); empty when it was.
    QString refusal() const;

    void ask(Purpose purpose, bool anew = false);
    /// The category of the newest answer becomes the person's own: a lesson, as any other.
    void takeCategory();
    /// The newest suggested reply becomes the draft, in place of what is written.
    void useReply();

Q_SIGNALS:
    void changed();
    void said(const QString &sentence);
    void failed(const QString &sentence);

private:
    void lookAtAnswers();
    void putIntoComposer(const questions::Shown &shown);

    Triage &m_triage;
    QSet<QString> m_wanted; ///< uids of replies that were asked for here
    ConversationId m_refusedAt;
    QString m_refusal;
};

/// The two-letter code of the language that the console is read in.
QString readersLanguage();

} // namespace patchbay
