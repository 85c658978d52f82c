#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QIODevice>

namespace patchbay {

/// Walks through a JSON document of any size and hands out single values as they are written; it does not judge them:
/// JsonReader does. Memory is bounded by what is taken. After a broken value it goes on at the next comma or bracket.
/// A value of one reading.
class JsonScanner {
public:
    enum class Next { Object, Array, Value, Nothing }; ///< Nothing: the end, or no JSON

    explicit JsonScanner(QIODevice &device);

    Next next(); ///< what comes next; only skips blanks
    /// Past the bracket that begins the object or array.
    void enter();
    /// Stands at the next member's value; false past the object's end.
    bool nextMember(QByteArray &key);
    /// Stands at the next element; false past the array's end.
    bool nextElement();
    /// Passes one value.
    void skip() { pass(nullptr, 0); }
    /// Passes one value and gives its bytes, at most `limit` and one more, which tells that there were more.
    QByteArray take(qsizetype limit);

    /// From now on what is passed is kept, up to `limit` and one more byte.
    void record(qsizetype limit);
    QByteArray recorded();

    /// The document ended within a value.
    bool isCut() const { return m_cut; }
    qint64 position() const { return m_before + m_at; }

private:
    int peek(); ///< -1 at the end
    void advance();
    void blanks();
    void string(QByteArray *to, qsizetype limit);
    void pass(QByteArray *to, qsizetype limit);

    QIODevice &m_device;
    QByteArray m_chunk;
    qsizetype m_at = 0;
    qint64 m_before = 0;
    bool m_cut = false;
    bool m_recording = false;
    QByteArray m_record;
    qsizetype m_recordLimit = 0;
};

} // namespace patchbay
