#include "ui/widgets/split_dialog.h"

#include "ui/models/category_list_model.h"
#include "ui/models/words.h"
#include "ui/widgets/category_dialog.h"
#include "ui/widgets/plain.h"

#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

namespace patchbay {

namespace {

constexpr size_t splitDialogParts = 12;

QString splitPartText(const SplitPreview::Part &part)
{
    QString text = SplitDialog::tr("%1: conversations %2, lessons %3")
                       .arg(words::oneLine(part.name, 60), QLocale().toString(part.conversations),
                            QLocale().toString(part.lessons));
    for (const QString &example : part.examples)
        text += QStringLiteral("\n    · ") + words::oneLine(example, 80);
    return text;
}

} // namespace

SplitDialog::SplitDialog(TaxonomyDesk &desk, const Category &category, const Taxonomy &others, QWidget *parent)
    : TaxonomyDialog(tr("Split %1").arg(words::oneLine(category.name, 60)),
                     tr("Each conversation and each lesson goes to the part that fits best by name and key words; the "
                        "category itself is retired."),
                     tr("Split"), parent)
    , m_desk(desk)
    , m_category(category)
    , m_others(others)
    , m_rows(new QVBoxLayout)
    , m_doubtful(new QComboBox(this))
    , m_preview(readOnlyText(tr("What would go where")))
{
    resize(680, 600);
    form()->addWidget(plainLabel(tr("Parts: a new name or another category, and its key words"), "muted", this));
    m_rows->setSpacing(5);
    form()->addLayout(m_rows);
    auto *row = new QHBoxLayout;
    auto *more = textButton(tr("One more part"), "normal", this);
    auto *look = textButton(tr("Look what would go where"), "normal", this);
    row->addWidget(more);
    row->addStretch(1);
    row->addWidget(formLabel(tr("What fits none surely goes to"), m_doubtful));
    row->addWidget(m_doubtful);
    row->addWidget(look);
    form()->addLayout(row);
    form()->addWidget(m_preview, 1);
    m_doubtful->setAccessibleName(tr("What fits none surely goes to"));
    m_doubtful->addItem(tr("Unsorted"), -1);
    addPart();
    addPart();
    offerTrial();
    setTabOrder(m_preview, tryButton());
    setTabOrder(tryButton(), goButton());
    goButton()->setEnabled(false);
    connect(more, &QPushButton::clicked, this, &SplitDialog::addPart);
    connect(look, &QPushButton::clicked, this, &SplitDialog::look);
    connect(m_doubtful, &QComboBox::currentIndexChanged, this, &SplitDialog::edited);
    m_parts.front().name->setFocus();
}

void SplitDialog::addPart()
{
    if (m_parts.size() >= splitDialogParts)
        return complain(tr("A category is split into at most %1 parts.").arg(splitDialogParts));
    const int number = int(m_parts.size()) + 1;
    PartFields part;
    part.name = new QComboBox(this);
    part.name->setEditable(true);
    part.name->setInsertPolicy(QComboBox::NoInsert);
    part.name->setAccessibleName(tr("Name of part %1").arg(number));
    for (const Category &other : m_others)
        part.name->addItem(words::oneLine(other.name, 60), other.id.value);
    part.name->setCurrentIndex(-1);
    part.name->lineEdit()->setPlaceholderText(tr("Part %1").arg(number));
    part.words = new QLineEdit(this);
    part.words->setAccessibleName(tr("Key words of part %1").arg(number));
    part.words->setPlaceholderText(tr("Key words, between commas"));
    auto *row = new QHBoxLayout;
    row->addWidget(part.name, 2);
    row->addWidget(part.words, 3);
    m_rows->addLayout(row);
    m_doubtful->addItem(tr("Part %1").arg(number), number - 1);
    connect(part.name, &QComboBox::editTextChanged, this, &SplitDialog::edited);
    connect(part.words, &QLineEdit::textChanged, this, &SplitDialog::edited);
    m_parts.push_back(part);
    edited();
}

void SplitDialog::edited()
{
    ++m_asked; // what is being looked up is of another plan
    goButton()->setEnabled(false);
    m_preview->setPlainText(tr("Look first what would go where."));
}

SplitPlan SplitDialog::plan() const
{
    SplitPlan plan;
    for (const PartFields &fields : m_parts) {
        const QString typed = fields.name->currentText().simplified();
        SplitPart part;
        for (const Category &other : m_others) {
            if (words::oneLine(other.name, 60) == typed)
                part.existing = other.id;
        }
        part.made.name = typed;
        part.made.keywords = typedWords(fields.words->text());
        part.made.defaultPriority = m_category.defaultPriority;
        plan.parts.push_back(std::move(part));
    }
    plan.doubtful = m_doubtful->currentData().toInt();
    return plan;
}

void SplitDialog::look()
{
    const quint64 asked = ++m_asked;
    m_preview->setPlainText(tr("Looking…"));
    whenDone(this, m_desk.previewSplit(m_category.id, plan()), [this, asked](const Result<SplitPreview> &preview) {
        if (asked != m_asked)
            return; // edited meanwhile
        complain(preview ? QString() : preview.error().message);
        goButton()->setEnabled(preview.ok() && !isBusy());
        if (preview)
            show(*preview);
        else
            m_preview->clear();
    });
}

void SplitDialog::show(const SplitPreview &preview)
{
    QStringList lines;
    for (const SplitPreview::Part &part : preview.parts)
        lines << splitPartText(part);
    SplitPreview::Part doubtful = preview.doubtful;
    doubtful.name = tr("Fits none surely, goes to %1").arg(words::oneLine(doubtful.name, 60));
    lines << splitPartText(doubtful);
    if (preview.looked < preview.conversations)
        lines << tr("Counted on the newest %1 of %2 conversations.")
                     .arg(QLocale().toString(preview.looked), QLocale().toString(preview.conversations));
    lines << namedByText(preview.named);
    m_preview->setPlainText(lines.join(QLatin1Char('\n')).trimmed());
}

std::optional<TaxonomyDraft> SplitDialog::draft() const
{
    TaxonomyDraft draft;
    draft.kind = TaxonomyDraft::Kind::Split;
    draft.category = m_category.id;
    draft.split = plan();
    return draft;
}

void SplitDialog::go()
{
    const QString name = words::oneLine(m_category.name, 60);
    finish(m_desk.split(m_category.id, m_category.version, plan()), [name](const TaxonomyMoved &moved) {
        return tr("%1 is split; conversations: %2, of them doubtful: %3")
            .arg(name, QLocale().toString(moved.conversations), QLocale().toString(moved.doubtful));
    });
}

} // namespace patchbay
