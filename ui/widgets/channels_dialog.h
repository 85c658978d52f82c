#pragma once

#include "ui/widgets/accounts_dialog.h"

namespace patchbay {

class ChannelGallery;
class ChannelLogDialog;
class ChannelsModel;
class PairingDialog;
class TestMessageDialog;
struct ChannelRow;

/// The workspace's channels: how each fares in its own words, its rhythm, what came in and what went out. Adds,
/// changes, tests, stops and starts them. GUI thread.
class ChannelsDialog final : public AccountsDialog {
    Q_OBJECT

public:
    /// `first` is chosen when it is there.
    explicit ChannelsDialog(const ConsoleContext &context, ChannelId first = {}, QWidget *parent = nullptr);
    ChannelsModel &model() const { return *m_model; }
    /// The choice of what a channel can be.
    ChannelGallery *add();
    AccountDialog *edit();
    /// Signs in at the chosen one with the stored secrets and reads; changes nothing.
    void test();
    void fetchNow();
    /// Stops the chosen one until it is told to go on; or lets it go on.
    void togglePaused();
    /// Ends its connection and begins anew at its cursor.
    void restart();
    /// What the platform is to be told: where the chosen one is called.
    void copyAddress();
    /// The code with which the chosen one is connected to a telephone.
    PairingDialog *pair();
    /// One message through the chosen one, to a conversation of one's own.
    TestMessageDialog *sendTest();
    /// What happened to the chosen one.
    ChannelLogDialog *showLog();

protected:
    void chosenChanged() override;
    void addWanted() override { add(); }
    void editWanted() override { edit(); }
    void reload() override;
    int rowNamed(const QString &name) const override;
    int firstRow() const override;

private:
    const ChannelRow *chosen() const;
    QString addressOf(const ChannelRow &row) const;
    /// Disables the buttons that ask the other side until `work` has ended, and says how it did.
    template <class T> void whileAsking(const QString &name, QFuture<Result<T>> work, const QString &done);

    ChannelsModel *m_model;
    QPushButton *m_edit;
    QPushButton *m_test;
    QPushButton *m_fetch;
    QPushButton *m_pause;
    QPushButton *m_restart;
    QPushButton *m_message;
    QPushButton *m_log;
    QPushButton *m_copy;
    QPushButton *m_pair;
    ChannelId m_first;
    bool m_asking = false;
    AsyncScope m_scope;
};

} // namespace patchbay
