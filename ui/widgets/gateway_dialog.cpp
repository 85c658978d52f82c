#include "ui/widgets/gateway_dialog.h"

#include "ui/models/when_done.h"
#include "ui/models/words.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/plain.h"
#include "ui/widgets/row_table.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableWidget>

namespace patchbay {

GatewayDialog::GatewayDialog(const ConsoleContext &context, QWidget *parent)
    : QDialog(parent)
    , m_context(context)
    , m_desk(*context.gateway)
    , m_ways(new FoldSection(tr("How a platform reaches this computer"), false, this))
    , m_standing(plainLabel({}, "", this, true))
    , m_try(textButton(tr("Try now"), "normal", this))
    , m_allowed(new QCheckBox(tr("This console listens as soon as a channel needs it"), this))
    , m_port(new QSpinBox(this))
    , m_publicUrl(new QLineEdit(this))
    , m_addresses(new QTableWidget(0, 2, this))
    , m_copy(textButton(tr("Copy address"), "normal", this))
    , m_save(textButton(tr("Save"), "primary", this))
    , m_answer(plainLabel({}, "muted", this, true))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Gateway"));
    resize(760, 560);
    m_port->setRange(0, 65535);
    m_port->setAccessibleName(tr("Port"));
    m_port->setSpecialValueText(tr("any that is free"));
    m_publicUrl->setAccessibleName(tr("Public address"));
    m_publicUrl->setPlaceholderText(QStringLiteral("https://hooks.example.org"));
    m_publicUrl->setMaxLength(300);
    m_addresses->setHorizontalHeaderLabels({tr("Channel"), tr("What its platform is told")});
    m_addresses->setAccessibleName(tr("Addresses of the channels"));
    m_addresses->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_addresses->setSelectionMode(QAbstractItemView::SingleSelection);
    m_addresses->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_addresses->setTabKeyNavigation(false);
    m_addresses->verticalHeader()->hide();
    m_addresses->setColumnWidth(0, 180);
    m_addresses->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    keepEnterInRows(m_addresses);
    m_standing->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_standing->setAccessibleName(tr("How the gateway stands"));

    auto *first = new QHBoxLayout;
    first->addWidget(m_standing, 1);
    first->addWidget(m_try, 0, Qt::AlignTop);
    auto *form = new QFormLayout;
    form->addRow(m_allowed);
    form->addRow(tr("Port of this computer"), m_port);
    form->addRow(tr("Public address"), m_publicUrl);
    form->addRow(plainLabel(tr("Of the tunnel or the reverse proxy in front, with https. Empty: none is known yet."),
                            "muted", this, true));
    auto *close = textButton(tr("Close"), "normal", this);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_copy);
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(m_save);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(plainLabel(tr("Gateway"), "title", this));
    layout->addWidget(plainLabel(tr("Some platforms send each message to an address of yours. The gateway listens for "
                                    "them on this computer only; a tunnel or a reverse proxy brings them here."),
                                 "muted", this, true));
    explain();
    layout->addWidget(m_ways);
    layout->addLayout(first);
    layout->addLayout(form);
    layout->addWidget(m_addresses, 1);
    layout->addWidget(m_answer);
    layout->addLayout(buttons);
    setTabOrder(m_copy, close);
    setTabOrder(close, m_save);
    for (QPushButton *button : {m_try, m_copy, close})
        button->setAutoDefault(false);
    m_save->setDefault(true);
    const bool mayChange = !context.store.isReadOnly();
    for (QWidget *field : QList<QWidget *>{m_allowed, m_port, m_publicUrl, m_save})
        field->setEnabled(mayChange);
    connect(m_try, &QPushButton::clicked, this, [this] { m_desk.tryNow(); });
    connect(m_copy, &QPushButton::clicked, this, &GatewayDialog::copy);
    connect(m_save, &QPushButton::clicked, this, &GatewayDialog::save);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(&m_desk, &GatewayDesk::changed, this, &GatewayDialog::show_);
    connect(&context.channels, &Channels::problemsChanged, this, &GatewayDialog::showAddresses);
    connect(&m_second, &QTimer::timeout, this, &GatewayDialog::tick);
    m_second.start(std::chrono::seconds(1));
    m_shown.port = -1; // not filled yet
    show_();
    m_allowed->setFocus();
}

void GatewayDialog::explain()
{
    const QStringList ways{
        tr("A tunnel is a program on this computer that opens a connection outwards to a service; the service gives "
           "you a "
           "public address, and what comes there travels back. Nothing is opened in your firewall. The service can "
           "read "
           "what passes, and while this computer is off nothing arrives."),
        tr("A reverse proxy is a web server of yours with a name and a certificate that passes on to this computer "
           "what "
           "begins with /hooks/. It suits a team, with patchbayctl serve on that server day and night."),
        tr("A relay is a reverse proxy on a small rented server, with a connection from there to this computer (SSH, "
           "WireGuard). The name and the encryption stay in your hands."),
        tr("In all three the body is passed on as it is: platforms sign its bytes. What a platform has given up "
           "sending, "
           "no program can fetch later.")};
    for (const QString &way : ways)
        m_ways->content()->addWidget(plainLabel(way, "muted", m_ways, true));
}

QString GatewayDialog::standing() const { return m_standing->text().remove(QChar(0x200b)); }

QString GatewayDialog::answer() const { return m_answer->text().remove(QChar(0x200b)); }

void GatewayDialog::say(const QString &sentence, const char *look)
{
    setPlain(m_answer, sentence);
    setLook(m_answer, "role", look);
}

QStringList GatewayDialog::standingLines(const GatewayState &state) const
{
    if (!state.listensAt.isEmpty())
        return {tr("● It listens on %1.").arg(state.listensAt)};
    if (!state.problem.isEmpty()) {
        const std::chrono::microseconds left = state.triesAgainAt - SystemClock().now();
        const qint64 seconds = std::max<qint64>(0, (left.count() + 999'999) / 1'000'000);
        return {QStringLiteral("✕ ") + words::oneLine(state.problem, 400),
                seconds > 0 ? tr("It tries again by itself in %n second(s).", nullptr, int(seconds))
                            : tr("It tries again now.")};
    }
    if (!state.isNeeded)
        return {tr("○ It does not listen: no channel needs it.")};
    if (!state.settings.allowed)
        return {tr("○ It does not listen: this console is not allowed to. What platforms send arrives only where "
                   "another gateway of this workspace runs.")};
    return {tr("○ It does not listen.")};
}

void GatewayDialog::tick()
{
    const GatewayState state = m_desk.state();
    setPlain(m_standing, standingLines(state).join(QLatin1Char('\n')));
    setLook(m_standing, "role", !state.problem.isEmpty() ? "danger" : !state.listensAt.isEmpty() ? "good" : "muted");
    m_try->setVisible(!state.problem.isEmpty());
}

void GatewayDialog::show_()
{
    tick();
    const GatewaySettings now = m_desk.state().settings;
    if (now != m_shown) { // what somebody types meanwhile stays
        m_shown = now;
        m_allowed->setChecked(now.allowed);
        m_port->setValue(now.port);
        m_publicUrl->setText(now.publicUrl);
    }
    showAddresses();
}

void GatewayDialog::showAddresses()
{
    const std::vector<HookChannel> channels = m_context.channels.hookChannels();
    const int chosen = m_addresses->currentRow();
    m_addresses->setRowCount(int(channels.size()));
    for (int row = 0; row < m_addresses->rowCount(); ++row) {
        const HookChannel &channel = channels[size_t(row)];
        m_addresses->setItem(row, 0, new QTableWidgetItem(words::oneLine(channel.name, 80)));
        m_addresses->setItem(row, 1, new QTableWidgetItem(words::oneLine(m_desk.addressOf(channel.uid), 500)));
    }
    if (m_addresses->rowCount() > 0)
        m_addresses->selectRow(std::clamp(chosen, 0, m_addresses->rowCount() - 1));
    m_copy->setEnabled(m_addresses->rowCount() > 0);
}

void GatewayDialog::copy()
{
    const QTableWidgetItem *address = m_addresses->item(m_addresses->currentRow(), 1);
    if (!address)
        return;
    QGuiApplication::clipboard()->setText(address->text());
    say(tr("✓ Copied: %1").arg(address->text()), "good");
}

void GatewayDialog::save()
{
    GatewaySettings wanted;
    wanted.allowed = m_allowed->isChecked();
    wanted.port = m_port->value();
    wanted.publicUrl = m_publicUrl->text().trimmed();
    m_save->setEnabled(false);
    whenDone(this, m_desk.change(wanted), [this](const Result<Done> &changed) {
        m_save->setEnabled(true);
        if (changed)
            say(tr("✓ Saved."), "good");
        else
            say(QStringLiteral("✕ ") + words::oneLine(changed.error().message, 400), "danger");
    });
}

} // namespace patchbay
