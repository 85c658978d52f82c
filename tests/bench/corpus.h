#pragma once

#include "core/model/inbound.h"

#include <random>

namespace patchbay::bench {

/// One message of the corpus as it was decided, before it takes a form.
struct CorpusMessage {
    int number = 0;
    int conversation = 0;
    int inConversation = 0; ///< n-th of its conversation
    int person = 0;
    Timestamp at = {};
    QString subject = {};
    QString text = {};
};

/// Support messages over five years, always the same for the same numbers: about 0.15 conversations for a message, one
/// of them with 2 % of all. Made from the data sets beside the project where they are, else from made-up words.
class Corpus {
public:
    explicit Corpus(int messages);

    int size() const { return m_messages; }
    /// What the texts are made of, for the table's foot.
    QString source() const { return m_source; }
    /// In order: `number` counts up from 0.
    CorpusMessage next();

    /// As the mail parser would give it.
    static InboundMessage parsed(const CorpusMessage &message);
    /// As RFC 5322 bytes with LF line ends.
    static QByteArray mail(const CorpusMessage &message);

private:
    QString sentence(const QStringList &pool);

    int m_messages;
    int m_number = 0;
    int m_conversations = 0;
    QString m_source;
    std::mt19937 m_chance{20240312};
    QStringList m_english;
    QStringList m_arabic;
    QStringList m_chinese;
    struct Thread {
        int number;
        int person;
        int messages;
        int language; ///< 0 English, 1 Arabic, 2 Chinese
    };
    std::vector<Thread> m_open;
    Thread m_long{-1, 0, 0, 0};
};

} // namespace patchbay::bench
