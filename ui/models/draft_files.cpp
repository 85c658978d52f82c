#include "ui/models/draft_files.h"

#include "ui/models/when_done.h"

#include <algorithm>

namespace patchbay {

DraftFiles::DraftFiles(Commands &commands, DraftKeeper &drafts, QObject *parent)
    : QObject(parent)
    , m_commands(commands)
    , m_drafts(drafts)
{
    connect(&drafts, &DraftKeeper::changed, this, [this](ConversationId conversation, const QString &kind) {
        if (kind == draftedFiles)
            Q_EMIT changed(conversation);
    });
}

std::vector<OutboundFile> DraftFiles::of(ConversationId conversation) const
{
    return filesFromDraft(m_drafts.text(conversation, draftedFiles));
}

void DraftFiles::add(ConversationId conversation, const QStringList &paths, const Check &check)
{
    if (paths.isEmpty())
        return;
    m_reading[conversation] += int(paths.size());
    Q_EMIT changed(conversation);
    readNext(conversation, paths, check);
}

/// One after the other, so that they go out in the order in which they were chosen.
void DraftFiles::readNext(ConversationId conversation, QStringList paths, const Check &check)
{
    const QString path = paths.takeFirst();
    whenDone(this, m_commands.keepFile(path), [=, this](const Result<OutboundFile> &kept) {
        take(conversation, kept, check);
        if (!paths.isEmpty())
            readNext(conversation, paths, check);
    });
}

void DraftFiles::addMade(ConversationId conversation, const QString &name, std::function<QByteArray()> make,
                         const Check &check)
{
    ++m_reading[conversation];
    Q_EMIT changed(conversation);
    whenDone(this, m_commands.keepMade(name, std::move(make)),
             [=, this](const Result<OutboundFile> &kept) { take(conversation, kept, check); });
}

void DraftFiles::take(ConversationId conversation, const Result<OutboundFile> &kept, const Check &check)
{
    --m_reading[conversation];
    const std::optional<Error> why = kept ? check(*kept) : kept.error();
    if (why)
        Q_EMIT refused(why->message);
    else
        attach(conversation, *kept);
    Q_EMIT changed(conversation);
}

void DraftFiles::attach(ConversationId conversation, const OutboundFile &file)
{
    std::vector<OutboundFile> files = of(conversation);
    if (std::find(files.begin(), files.end(), file) != files.end()) {
        Q_EMIT refused(tr("“%1” is attached already.").arg(file.name));
    } else if (files.size() >= mostAttachedFiles) {
        Q_EMIT refused(tr("At most %1 files go with one reply: send “%2” with the next one.")
                           .arg(QString::number(mostAttachedFiles), file.name));
    } else if (bytesOf(files) + file.size > mostAttachedBytes) {
        Q_EMIT refused(tr("At most %1 MB of files go with one reply: send “%2” with the next one.")
                           .arg(QString::number(mostAttachedBytes / 1'000'000), file.name));
    } else {
        files.push_back(file);
        put(conversation, files);
    }
}

void DraftFiles::remove(ConversationId conversation, size_t at)
{
    std::vector<OutboundFile> files = of(conversation);
    if (at >= files.size())
        return;
    files.erase(files.begin() + qsizetype(at));
    put(conversation, files);
}

void DraftFiles::sent(ConversationId conversation, const std::vector<OutboundFile> &files)
{
    std::vector<OutboundFile> left = of(conversation);
    std::erase_if(
        left, [&files](const OutboundFile &one) { return std::find(files.begin(), files.end(), one) != files.end(); });
    m_drafts.sent(conversation, draftedFiles, m_drafts.text(conversation, draftedFiles));
    if (!left.empty())
        put(conversation, left);
}

/// Saved at once, so that the workspace knows that the content is wanted.
void DraftFiles::put(ConversationId conversation, const std::vector<OutboundFile> &files)
{
    m_drafts.put(conversation, draftedFiles, asDraft(files));
    m_drafts.flush();
}

} // namespace patchbay
