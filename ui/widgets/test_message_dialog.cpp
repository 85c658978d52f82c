#include "ui/widgets/test_message_dialog.h"

#include "core/store/conversation_table.h"
#include "core/store/delivery_table.h"
#include "core/store/misc_tables.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/choice_model.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtCore/QLocale>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace patchbay {

namespace {

constexpr int testMessageChats = 30;
constexpr int testMessageLongest = 300;

} // namespace

TestMessageDialog::TestMessageDialog(const ConsoleContext &context, const Channel &channel, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_channel(channel.id)
    , m_model(new ChoiceModel(this))
    , m_list(new QListView(this))
    , m_text(new QLineEdit(this))
    , m_answer(plainLabel({}, "muted", this, true))
    , m_send(nullptr)
{
    const QString title = tr("Test message through %1").arg(words::oneLine(channel.name, 80));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    resize(620, 520);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Who gets it"));
    keepEnterInRows(m_list);
    m_text->setAccessibleName(tr("What is sent"));
    m_text->setMaxLength(testMessageLongest);
    m_text->setText(
        tr("Test from Patchbay, %1")
            .arg(QLocale().toString(words::now().toDateTime().toLocalTime(), QStringLiteral("d MMM HH:mm"))));
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->setMinimumHeight(2 * m_answer->fontMetrics().lineSpacing()); // what is above does not jump
    auto *close = textButton(tr("Close"), "normal", this);
    m_send = textButton(tr("Send"), "primary", this);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(m_send);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(9);
    layout->addWidget(plainLabel(title, "title", this));
    layout->addWidget(plainLabel(tr("It goes out like every answer: once, through the Outbox, to the conversation that "
                                    "you choose. Choose one of your own: whoever it is reads it."),
                                 "muted", this, true));
    layout->addWidget(plainLabel(tr("Who gets it"), "section", this));
    layout->addWidget(m_list, 1);
    layout->addWidget(plainLabel(tr("What is sent"), "section", this));
    layout->addWidget(m_text);
    layout->addWidget(m_answer);
    layout->addLayout(buttons);
    close->setAutoDefault(false);
    m_send->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_send, &QPushButton::clicked, this, &TestMessageDialog::send);
    connect(m_text, &QLineEdit::textChanged, this, &TestMessageDialog::refresh);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TestMessageDialog::refresh);
    connect(&m_second, &QTimer::timeout, this, &TestMessageDialog::follow);
    connect(&context.store, &Store::changed, this, [this](const ChangeSet &changes) {
        if (m_delivery && (changes.deliveries.contains(m_delivery) || changes.everything))
            follow();
    });
    refresh();
    read();
}

QString TestMessageDialog::answer() const { return m_answer->text().remove(QChar(0x200b)); }

void TestMessageDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

void TestMessageDialog::read()
{
    auto work = [channel = m_channel, me = m_context.me.id](Database &db) -> Result<std::vector<Chat>> {
        std::vector<Chat> chats;
        for (const Conversation &one : conversations::ofChannel(db, channel, testMessageChats)) {
            const std::vector<drafts::Draft> begun = drafts::of(db, one.id, me);
            const bool hasDraft = std::any_of(begun.begin(), begun.end(), [](const drafts::Draft &draft) {
                return draft.kind == QLatin1String("reply") && !draft.text.isEmpty();
            });
            chats.push_back({one, conversations::contact(db, one.contact).name, hasDraft});
        }
        return db.finish(std::move(chats));
    };
    whenDone(this, m_context.store.read(std::move(work)), [this](const Result<std::vector<Chat>> &chats) {
        if (!chats)
            return say(QStringLiteral("✕ ") + words::oneLine(chats.error().message, 400), "danger");
        show_(*chats);
    });
}

void TestMessageDialog::show_(std::vector<Chat> chats)
{
    m_chats = std::move(chats);
    std::vector<Choice> choices;
    for (const Chat &chat : m_chats) {
        const Conversation &one = chat.conversation;
        Choice choice;
        choice.text = QStringLiteral("%1: %2").arg(
            words::oneLine(chat.name, 40), words::oneLine(one.subject.isEmpty() ? one.snippet : one.subject, 60));
        choice.hint = chat.hasDraft ? tr("has a draft of yours") : words::shortTime(one.sortAt, words::now());
        choice.value = one.id.value;
        choice.enabled = !chat.hasDraft;
        choices.push_back(choice);
    }
    m_model->setChoices(std::move(choices));
    if (m_chats.empty())
        say(tr("Nobody has written through this channel yet. Write to it from an account of your own first."), "muted");
    m_list->setFocus();
    refresh(); // nobody is chosen: that is the operator's to do
}

const TestMessageDialog::Chat *TestMessageDialog::chosen() const
{
    // What is current is not chosen: a list makes its first row that when it gets the focus.
    const QModelIndexList selected = m_list->selectionModel()->selectedIndexes();
    const int row = selected.isEmpty() ? -1 : selected.front().row();
    return row >= 0 && row < int(m_chats.size()) ? &m_chats[size_t(row)] : nullptr;
}

void TestMessageDialog::refresh()
{
    const Chat *chat = chosen();
    m_send->setEnabled(chat && !chat->hasDraft && !m_busy && !m_delivery && !m_text->text().trimmed().isEmpty());
    const QString name = chat ? words::oneLine(chat->name, 30) : QString();
    m_send->setText(name.isEmpty() ? tr("Send") : tr("Send to %1").arg(name).replace(u'&', QStringLiteral("&&")));
    m_send->setAccessibleName(name.isEmpty() ? tr("Send") : tr("Send to %1").arg(name));
}

void TestMessageDialog::send()
{
    const Chat *chat = chosen();
    if (!chat || !m_send->isEnabled())
        return;
    m_busy = true;
    refresh();
    whenDone(this, m_context.commands.reply(chat->conversation.id, m_text->text()),
             [this](const Result<Commands::Reply> &queued) {
                 m_busy = false;
                 if (queued)
                     m_delivery = queued->delivery;
                 else
                     say(QStringLiteral("✕ ") + words::oneLine(queued.error().message, 400), "danger");
                 refresh();
                 if (queued) {
                     m_second.start(std::chrono::seconds(1));
                     follow();
                 }
             });
}

/// In the words of the Outbox, until it is over.
void TestMessageDialog::follow()
{
    auto work = [id = m_delivery](Database &db) -> Result<Delivery> {
        return db.finish(deliveries::byId(db, id).value_or(Delivery{}));
    };
    whenDone(this, m_context.store.read(std::move(work)), [this](const Result<Delivery> &now) {
        if (!now || !now->id)
            return;
        const bool isBad = now->state == DeliveryState::Dead || now->state == DeliveryState::Failed;
        const bool isOver = now->state != DeliveryState::Queued && now->state != DeliveryState::Sending;
        say(words::deliverySign(now->state) + QLatin1Char(' ') + words::deliverySentence(*now, words::now()),
            isBad                                      ? "danger"
                : now->state == DeliveryState::Sent    ? "good"
                : now->state == DeliveryState::Unknown ? "warning"
                                                       : "muted");
        setPlainTip(m_answer, words::deliveryHint(*now));
        if (isOver && now->state != DeliveryState::Failed)
            m_second.stop();
    });
}

} // namespace patchbay
