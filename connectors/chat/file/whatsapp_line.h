#pragma once

#include "core/base/clock.h"

#include <QtCore/QString>

#include <optional>

namespace patchbay {

/// In which order a chat writes day, month and year: decided from the whole file.
enum class DateOrder { DayMonth, MonthDay, YearMonth };

QString nameOf(DateOrder order); ///< "dmy", "mdy", "ymd"
std::optional<DateOrder> dateOrderFrom(const QString &name);

/// The begin of a message in an exported chat: "[12/03/24, 10:11:12] Ana: Hello", "3/12/24, 10:11 AM - Ana: Hello".
struct WhatsappLine {
    int date[3] = {0, 0, 0}; ///< as written
    int hour = 0, minute = 0, second = 0;
    int half = 0; ///< 0: of 24 hours, 1: before noon, 2: after noon
    bool capitals = false; ///< "AM", not "am" or "a. m."
    bool slashes = false;
    QString author = {}; ///< empty: WhatsApp itself speaks
    QString text = {};

    /// None where there is no such day or time.
    Timestamp at(DateOrder order, const QString &zone) const;
    /// Date and time as written, without what differs between versions of the program.
    QByteArray written() const;
};

/// Nothing when the line continues a message.
std::optional<WhatsappLine> readWhatsappLine(const QString &line);

/// Finds the order of day and month from all dates of a chat. A value of one reading.
class DateOrderFinder {
public:
    void add(const WhatsappLine &line);
    DateOrder found() const;

private:
    int m_most[3] = {0, 0, 0};
    qint64 m_backDayMonth = 0; ///< how often time would go backwards
    qint64 m_backMonthDay = 0;
    qint64 m_lastDayMonth = 0;
    qint64 m_lastMonthDay = 0;
    bool m_american = false; ///< 3/12/24, 10:11 AM
};

} // namespace patchbay
