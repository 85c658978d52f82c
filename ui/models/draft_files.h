#pragma once

#include "core/engine/commands.h"
#include "ui/models/draft_keeper.h"

namespace patchbay {

/// The files of the reply that is being written in a conversation. A file is copied into the workspace when it is
/// attached; the list is a draft like the text (DraftKeeper, kind draftedFiles), so it is there again after another
/// conversation, and after the program was closed. GUI thread; files are read in a thread pool.
class DraftFiles final : public QObject {
    Q_OBJECT

public:
    /// Why the channel does not take this file, or nothing.
    using Check = std::function<std::optional<Error>(const OutboundFile &)>;

    DraftFiles(Commands &commands, DraftKeeper &drafts, QObject *parent = nullptr);

    std::vector<OutboundFile> of(ConversationId conversation) const;
    /// So many are being read at this moment.
    int reading(ConversationId conversation) const { return m_reading.value(conversation); }
    void add(ConversationId conversation, const QStringList &paths, const Check &check);
    /// A file that there is not yet: `make` gives its bytes, in the thread pool.
    void addMade(ConversationId conversation, const QString &name, std::function<QByteArray()> make,
                 const Check &check);
    void remove(ConversationId conversation, size_t at);
    /// They went out: those that were attached meanwhile stay.
    void sent(ConversationId conversation, const std::vector<OutboundFile> &files);

Q_SIGNALS:
    void changed(patchbay::ConversationId conversation);
    void refused(const QString &sentence);

private:
    void readNext(ConversationId conversation, QStringList paths, const Check &check);
    void take(ConversationId conversation, const Result<OutboundFile> &kept, const Check &check);
    void attach(ConversationId conversation, const OutboundFile &file);
    void put(ConversationId conversation, const std::vector<OutboundFile> &files);

    Commands &m_commands;
    DraftKeeper &m_drafts;
    QHash<ConversationId, int> m_reading;
};

} // namespace patchbay
