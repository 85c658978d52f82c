#include "ui/widgets/channels_dialog.h"

#include "ui/models/channel_words.h"
#include "ui/models/channels_model.h"
#include "ui/models/target_words.h"
#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/account_dialog.h"
#include "ui/widgets/channel_gallery.h"
#include "ui/widgets/channel_log_dialog.h"
#include "ui/widgets/pairing_dialog.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/test_message_dialog.h"
#include "ui/widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableView>

namespace patchbay {

namespace {

/// Beside the words: the platform's glyph before the name, and the colour of how it fares.
class ChannelsDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto *model = qobject_cast<const ChannelsModel *>(index.model());
        const ChannelRow *row = model ? model->at(index) : nullptr;
        if (!row)
            return;
        if (index.column() == ChannelsModel::Name) {
            option->features |= QStyleOptionViewItem::HasDecoration;
            option->decorationSize = QSize(17, 17);
            option->icon = glyphIcon(channelGlyph(row->channel.connector));
        }
        const std::optional<QColor> ink = inkOf(*row, index.column(), themeOf(option->widget));
        if (ink) {
            option->palette.setColor(QPalette::Text, *ink);
            option->palette.setColor(QPalette::HighlightedText, *ink);
        }
    }

private:
    static std::optional<QColor> inkOf(const ChannelRow &row, int column, const ThemeColors &colors)
    {
        const Health health = row.health();
        const channels::Figures &figures = row.figures;
        switch (column) {
        case ChannelsModel::State:
            return health == Health::Ok                                 ? colors.good
                : health == Health::Failed                              ? colors.danger
                : health == Health::Offline || health == Health::Paused ? colors.warning
                                                                        : colors.muted;
        case ChannelsModel::Rhythm:
            if (words::isUnusuallySilent(figures, row.channel.lastReceivedAt, words::now()))
                return colors.warning;
            break;
        case ChannelsModel::Says:
            if (row.channel.standing.refusedAt || row.channel.standing.waitsUntil > words::now()
                || row.isUnusuallyBehind())
                return colors.warning;
            break;
        case ChannelsModel::In:
            if (figures.unreadable > 0)
                return colors.danger;
            break;
        case ChannelsModel::Out:
            if (figures.retrying + figures.unknown + figures.notSent > 0)
                return colors.danger;
            break;
        default: break;
        }
        return std::nullopt;
    }
};

} // namespace

ChannelsDialog::ChannelsDialog(const ConsoleContext &context, ChannelId first, QWidget *parent)
    : AccountsDialog(context,
                     {tr("Channels"),
                      tr("Where messages come from, and where replies go. A channel that is stopped or offline goes on "
                         "where it was: nothing that the other side keeps is lost."),
                      tr("Reading the channels…"), tr("The channels could not be read"), tr("No channel yet"),
                      tr("Messages come in through a channel: a mailbox, a chat account, a web form."),
                      tr("Add channel…")},
                     Glyph::Plug, parent)
    , m_model(new ChannelsModel(context, this))
    , m_edit(textButton(tr("Settings…"), "normal", this))
    , m_test(textButton(tr("Test connection"), "normal", this))
    , m_fetch(textButton(tr("Fetch now"), "normal", this))
    , m_pause(textButton(tr("Stop"), "normal", this))
    , m_restart(textButton(tr("Restart"), "normal", this))
    , m_message(textButton(tr("Test message…"), "normal", this))
    , m_log(textButton(tr("Log…"), "normal", this))
    , m_copy(textButton(tr("Copy address"), "normal", this))
    , m_pair(textButton(tr("Pair…"), "normal", this))
    , m_first(first)
{
    build(m_model, {150, 150, 115, 120, 190, 150, 120, 270}, ChannelsModel::Says,
          {m_edit, m_test, m_fetch, m_pause, m_restart, m_message, m_log, m_copy, m_pair});
    m_table->setItemDelegate(new ChannelsDelegate(m_table));
    connect(m_edit, &QPushButton::clicked, this, [this] { edit(); });
    connect(m_test, &QPushButton::clicked, this, &ChannelsDialog::test);
    connect(m_fetch, &QPushButton::clicked, this, &ChannelsDialog::fetchNow);
    connect(m_pause, &QPushButton::clicked, this, &ChannelsDialog::togglePaused);
    connect(m_restart, &QPushButton::clicked, this, &ChannelsDialog::restart);
    connect(m_message, &QPushButton::clicked, this, [this] { sendTest(); });
    connect(m_log, &QPushButton::clicked, this, [this] { showLog(); });
    connect(m_pair, &QPushButton::clicked, this, [this] { pair(); });
    connect(m_copy, &QPushButton::clicked, this, &ChannelsDialog::copyAddress);
    connect(m_model, &ChannelsModel::loaded, this, &ChannelsDialog::loaded);
    connect(m_model, &ChannelsModel::failed, this, &ChannelsDialog::failed);
    chosenChanged();
    reload();
}

const ChannelRow *ChannelsDialog::chosen() const { return m_model->at(m_table->currentIndex()); }

void ChannelsDialog::reload() { m_model->reload(); }

int ChannelsDialog::firstRow() const { return m_model->rowOf(m_first.value); }

int ChannelsDialog::rowNamed(const QString &name) const
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->at(row)->channel.name == name)
            return row;
    }
    return -1;
}

void ChannelsDialog::chosenChanged()
{
    const ChannelRow *row = chosen();
    const bool isLive = row && row->info && !row->isArchive();
    m_edit->setEnabled(row && row->info && canChange());
    for (QPushButton *button : {m_test, m_fetch})
        button->setEnabled(isLive && !m_asking && (button == m_test || canChange()));
    m_pause->setEnabled(isLive && canChange());
    m_pause->setText(row && row->channel.paused ? tr("Start") : tr("Stop"));
    m_restart->setEnabled(isLive && canChange() && !row->channel.paused);
    m_message->setEnabled(isLive && canChange() && row->info->canSend);
    m_log->setEnabled(row);
    m_pair->setVisible(row && row->info && row->info->pairs);
    m_pair->setEnabled(row && row->problem.isEmpty() && canChange());
    m_copy->setVisible(row && row->isCalled());
    if (!row)
        return tell({});
    m_copy->setEnabled(!addressOf(*row).isEmpty());
    const Timestamp now = words::now();
    const QString name = words::oneLine(row->channel.name, 80);
    QStringList lines;
    lines << (row->isArchive() ? tr("%1 holds what was imported; nothing comes in by itself.").arg(name)
                               : tr("%1 is %2.").arg(name, words::health(row->health())));
    if (const QString said = words::oneLine(row->sentence(), 600); !said.isEmpty())
        lines << said;
    for (const QString &told : row->standing(now))
        lines << QStringLiteral("⚠ ") + told;
    if (!row->isArchive())
        lines << tr("Caught up: %1. Last message: %2.")
                     .arg(words::fullTime(row->channel.caughtUpAt), words::fullTime(row->channel.lastReceivedAt));
    if (const QString behind = row->behind(); !behind.isEmpty())
        lines << tr("Pace: %1.").arg(behind);
    if (row->info && !row->isArchive())
        lines << tr("Its requests are held against: %1.").arg(words::heldAgainst(row->info->contract));
    if (row->isCalled()) {
        const QString address = addressOf(*row);
        lines << (address.isEmpty()
                      ? tr("No gateway listens here now: what the platform sends does not arrive by this console.")
                      : tr("The platform sends to %1.").arg(address));
    }
    if (words::isUnusuallySilent(row->figures, row->channel.lastReceivedAt, now))
        lines << tr("It is silent for much longer than it usually is: Test connection says whether it still works.");
    tell(lines);
}

QString ChannelsDialog::addressOf(const ChannelRow &row) const
{
    return m_context.hookAddress ? m_context.hookAddress(row.channel.uid) : QString();
}

void ChannelsDialog::copyAddress()
{
    const ChannelRow *row = chosen();
    const QString address = row ? addressOf(*row) : QString();
    if (address.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(address);
    say(tr("✓ Copied: %1").arg(address), "good");
}

PairingDialog *ChannelsDialog::pair()
{
    const ChannelRow *row = chosen();
    if (!row || !m_pair->isEnabled())
        return nullptr;
    auto *dialog = new PairingDialog(m_context, row->channel, this);
    connect(dialog, &PairingDialog::paired, this, [this, id = row->channel.id](const QString &name) {
        say(tr("✓ %1 is paired.").arg(words::oneLine(name, 80)), "good");
        m_context.channels.restart(id);
    });
    dialog->open();
    return dialog;
}

TestMessageDialog *ChannelsDialog::sendTest()
{
    const ChannelRow *row = chosen();
    if (!row || !m_message->isEnabled())
        return nullptr;
    auto *dialog = new TestMessageDialog(m_context, row->channel, this);
    dialog->open();
    return dialog;
}

ChannelLogDialog *ChannelsDialog::showLog()
{
    const ChannelRow *row = chosen();
    if (!row)
        return nullptr;
    auto *dialog = new ChannelLogDialog(m_context, row->channel, this);
    dialog->open();
    return dialog;
}

ChannelGallery *ChannelsDialog::add()
{
    if (!m_add->isEnabled())
        return nullptr;
    auto *gallery = new ChannelGallery(m_context.catalog, this);
    connect(gallery, &ChannelGallery::chosen, this, [this](const QString &connector) {
        auto *dialog = new AccountDialog(m_context, AccountDialog::Kind::Channel, connector, this);
        connect(dialog, &AccountDialog::saved, this, [this](const QString &name) { want(name); });
        openAccount(dialog, tr("✓ Channel %1 is added."));
    });
    gallery->open();
    return gallery;
}

AccountDialog *ChannelsDialog::edit()
{
    const ChannelRow *row = chosen();
    if (!row || !m_edit->isEnabled())
        return nullptr;
    return openAccount(new AccountDialog(m_context, row->channel, this), tr("✓ Channel %1 is changed."));
}

template <class T> void ChannelsDialog::whileAsking(const QString &name, QFuture<Result<T>> work, const QString &done)
{
    m_asking = true;
    say(tr("Asking %1…").arg(name), "muted");
    chosenChanged();
    whenDone(this, std::move(work), [this, name, done](const Result<T> &answer) {
        m_asking = false;
        QString said = done;
        if constexpr (std::is_same_v<T, QString>)
            said = answer ? *answer : QString();
        if (answer)
            say(tr("✓ %1: %2").arg(name, words::oneLine(said, 600)), "good");
        else
            say(tr("✕ %1: %2").arg(name, words::oneLine(answer.error().message, 600)), "danger");
        chosenChanged();
        if (!focusWidget())
            m_table->setFocus(); // what was disabled lost it
    });
}

/// With the live connection: one of its own would renew a refresh token behind its back.
void ChannelsDialog::test()
{
    const ChannelRow *row = chosen();
    if (!row || m_asking)
        return;
    const QString name = words::oneLine(row->channel.name, 80);
    const Result<ChatConnector *> live = m_context.channels.live(row->channel.id);
    if (!live)
        return say(tr("✕ %1: %2").arg(name, words::oneLine(live.error().message, 600)), "danger");
    auto asking = (*live)->test();
    whileAsking<QString>(name, m_scope.run(std::move(asking)), {});
}

void ChannelsDialog::fetchNow()
{
    const ChannelRow *row = chosen();
    if (row && !m_asking)
        whileAsking<Done>(words::oneLine(row->channel.name, 80), m_context.channels.fetchOnce(row->channel.id),
                          tr("caught up"));
}

void ChannelsDialog::togglePaused()
{
    const ChannelRow *row = chosen();
    if (!row)
        return;
    const bool paused = !row->channel.paused;
    const QString name = words::oneLine(row->channel.name, 80);
    whenDone(this, m_context.commands.setChannelPaused(row->channel.id, paused),
             [this, name, paused](const Result<Done> &set) {
                 if (set)
                     say(paused ? tr("‖ %1 is stopped.").arg(name) : tr("✓ %1 goes on.").arg(name),
                         paused ? "muted" : "good");
                 else
                     say(tr("✕ %1: %2").arg(name, words::oneLine(set.error().message, 600)), "danger");
             });
}

void ChannelsDialog::restart()
{
    const ChannelRow *row = chosen();
    if (!row || row->channel.paused)
        return;
    m_context.channels.restart(row->channel.id);
    say(tr("%1 begins anew.").arg(words::oneLine(row->channel.name, 80)), "muted");
}

} // namespace patchbay
