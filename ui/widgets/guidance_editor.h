#pragma once

#include "ui/models/guidance_model.h"
#include "ui/widgets/taxonomy_dialog.h"

#include <QtCore/QHash>

class QComboBox;
class QLineEdit;

namespace patchbay {

/// The open conversation, as far as a canned reply is filled from it.
struct ReplyExample {
    QString conversation = {}; ///< what it is called; empty: none is open
    QHash<QString, QString> values = {}; ///< of the placeholders
};

/// What a canned reply becomes in the open conversation, with a line about what stays empty. Pure.
QString replyExampleText(const QString &text, const ReplyExample &example);

/// Title, category, language, text and days of a canned reply or a business rule, new or there. GUI thread.
class GuidanceEditor final : public TaxonomyDialog {
    Q_OBJECT

public:
    /// `shown` of no id: a new one. `categories`: those in use.
    GuidanceEditor(TaxonomyDesk &desk, GuidanceKind kind, const CannedReply &shown, const Taxonomy &categories,
                   const ReplyExample &example, QWidget *parent);

    QLineEdit *titleField() const { return m_title; }
    QLineEdit *languageField() const { return m_language; }
    QLineEdit *fromField() const { return m_from; }
    QLineEdit *untilField() const { return m_until; }
    QComboBox *categoryField() const { return m_category; }
    QPlainTextEdit *textField() const { return m_text; }
    QString preview() const;

protected:
    void go() override;

private:
    void build(const Taxonomy &categories);
    void showPreview();
    /// The day in a field; false, and said so, when it is none.
    bool day(const QLineEdit &field, QDate *into);

    TaxonomyDesk &m_desk;
    GuidanceKind m_kind;
    CannedReply m_shown;
    ReplyExample m_example;
    QLineEdit *m_title;
    QComboBox *m_category;
    QLineEdit *m_language;
    QPlainTextEdit *m_text;
    QLineEdit *m_from;
    QLineEdit *m_until;
    QPlainTextEdit *m_preview;
};

} // namespace patchbay
