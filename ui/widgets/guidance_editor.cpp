#include "ui/widgets/guidance_editor.h"

#include "core/engine/reply_text.h"
#include "ui/models/words.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

QString editorTitle(GuidanceKind kind, bool isNew)
{
    if (kind == GuidanceKind::Replies)
        return isNew ? GuidanceEditor::tr("New canned reply") : GuidanceEditor::tr("Canned reply");
    return isNew ? GuidanceEditor::tr("New business rule") : GuidanceEditor::tr("Business rule");
}

QString editorExplanation(GuidanceKind kind)
{
    if (kind == GuidanceKind::Replies)
        return GuidanceEditor::tr(
                   "Operators put it into a reply with Ctrl+Shift+I. What stands between braces is filled "
                   "from the conversation: {{%1}}.")
            .arg(replyPlaceholders().join(QStringLiteral("}}, {{")));
    return GuidanceEditor::tr("It is shown beside the conversations that it is about, on the days on which it holds.");
}

} // namespace

QString replyExampleText(const QString &text, const ReplyExample &example)
{
    if (example.conversation.isEmpty())
        return GuidanceEditor::tr("Open a conversation to see what the text becomes in it.");
    const QString filled = filledReply(text, example.values);
    QStringList empty;
    for (const QString &name : replyPlaceholders()) {
        if (example.values.value(name).isEmpty()
            && filledReply(text, {{name, QStringLiteral("x")}}) != filledReply(text, {}))
            empty << name;
    }
    if (empty.isEmpty())
        return filled;
    return filled + QStringLiteral("\n\n")
        + GuidanceEditor::tr("⚠ Empty in this conversation: %1").arg(empty.join(QStringLiteral(", ")));
}

GuidanceEditor::GuidanceEditor(TaxonomyDesk &desk, GuidanceKind kind, const CannedReply &shown,
                               const Taxonomy &categories, const ReplyExample &example, QWidget *parent)
    : TaxonomyDialog(editorTitle(kind, !shown.id), editorExplanation(kind), shown.id ? tr("Save") : tr("Add"), parent)
    , m_desk(desk)
    , m_kind(kind)
    , m_shown(shown)
    , m_example(example)
    , m_title(new QLineEdit(shown.title, this))
    , m_category(new QComboBox(this))
    , m_language(new QLineEdit(shown.language, this))
    , m_text(new QPlainTextEdit(shown.text, this))
    , m_from(new QLineEdit(shown.valid.from.toString(Qt::ISODate), this))
    , m_until(new QLineEdit(shown.valid.until.toString(Qt::ISODate), this))
    , m_preview(readOnlyText(tr("In the open conversation")))
{
    build(categories);
    connect(m_text, &QPlainTextEdit::textChanged, this, &GuidanceEditor::showPreview);
    showPreview();
    m_title->setFocus();
}

void GuidanceEditor::build(const Taxonomy &categories)
{
    const bool isReply = m_kind == GuidanceKind::Replies;
    m_title->setAccessibleName(tr("Title"));
    m_title->setMaxLength(200);
    m_category->addItem(tr("Every category"), qint64(0));
    for (const Category &category : categories)
        m_category->addItem(words::oneLine(category.name, 60), category.id.value);
    if (m_shown.category && m_category->findData(m_shown.category.value) < 0)
        m_category->addItem(tr("(a retired category)"), m_shown.category.value);
    m_category->setCurrentIndex(qMax(0, m_category->findData(m_shown.category.value)));
    nameChoices(m_category, tr("Category"));
    m_language->setAccessibleName(tr("Language, two letters"));
    m_language->setPlaceholderText(tr("every one"));
    m_language->setMaxLength(8);
    m_text->setAccessibleName(tr("Text"));
    m_text->setTabChangesFocus(true);
    m_from->setAccessibleName(tr("First day"));
    m_until->setAccessibleName(tr("Last day"));
    for (QLineEdit *field : {m_from, m_until}) {
        field->setPlaceholderText(tr("any, or a day like 2026-01-31"));
        field->setMaxLength(20);
    }
    form()->addWidget(formLabel(tr("Title"), m_title));
    form()->addWidget(m_title);
    const auto labelled = [this](const QString &text, QWidget *field) {
        auto *column = new QVBoxLayout;
        column->addWidget(formLabel(text, field));
        column->addWidget(field);
        return column;
    };
    auto *row = new QHBoxLayout;
    row->addLayout(labelled(tr("Category"), m_category), 2);
    if (isReply)
        row->addLayout(labelled(tr("Language"), m_language), 1);
    row->addLayout(labelled(tr("First day"), m_from), 2);
    row->addLayout(labelled(tr("Last day"), m_until), 2);
    form()->addLayout(row);
    form()->addWidget(formLabel(tr("Text"), m_text));
    form()->addWidget(m_text, 3);
    m_language->setVisible(isReply);
    m_preview->setVisible(isReply);
    if (isReply) {
        const QString heading = m_example.conversation.isEmpty()
            ? tr("In the open conversation")
            : tr("In “%1”").arg(words::oneLine(m_example.conversation, 60));
        form()->addWidget(formLabel(heading, m_preview));
        form()->addWidget(m_preview, 2);
    }
    QWidget *before = m_title;
    for (QWidget *next :
         std::initializer_list<QWidget *>{m_category, m_language, m_from, m_until, m_text, m_preview, goButton()}) {
        setTabOrder(before, next);
        before = next;
    }
}

QString GuidanceEditor::preview() const { return m_preview->toPlainText(); }

void GuidanceEditor::showPreview() { m_preview->setPlainText(replyExampleText(m_text->toPlainText(), m_example)); }

bool GuidanceEditor::day(const QLineEdit &field, QDate *into)
{
    const QString text = field.text().trimmed();
    *into = QDate::fromString(text, QStringLiteral("yyyy-MM-dd"));
    if (text.isEmpty() || into->isValid())
        return true;
    complain(tr("%1: “%2” is no day. Write it like 2026-01-31, or leave it empty.")
                 .arg(field.accessibleName(), words::oneLine(text, 20)));
    return false;
}

void GuidanceEditor::go()
{
    CannedReply draft = m_shown;
    draft.title = m_title->text();
    draft.category = {m_category->currentData().toLongLong()};
    draft.language = m_language->text();
    draft.text = m_text->toPlainText();
    if (!day(*m_from, &draft.valid.from) || !day(*m_until, &draft.valid.until))
        return;
    const bool isNew = !m_shown.id;
    const auto said = [isNew](const QString &title) {
        return (isNew ? tr("“%1” is added") : tr("“%1” is changed")).arg(words::oneLine(title, 60));
    };
    if (m_kind == GuidanceKind::Replies)
        return finish(m_desk.saveReply(draft, isNew ? std::nullopt : std::optional(m_shown)),
                      [said](const CannedReply &saved) { return said(saved.title); });
    finish(m_desk.saveGuide(asRule(draft), isNew ? std::nullopt : std::optional(asRule(m_shown))),
           [said](const BusinessRule &saved) { return said(saved.title); });
}

} // namespace patchbay
