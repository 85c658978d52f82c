#include "core/store/classifier_table.h"

namespace patchbay::classifiers {

namespace {

constexpr int modelRow = 1; // there is one

} // namespace

Stored current(Database &db)
{
    const auto row = db.row("SELECT fingerprint, body FROM classifier WHERE id = ?", {modelRow});
    return row ? Stored{row->text(0).toLatin1(), row->blob(1)} : Stored{};
}

QByteArray fingerprint(Database &db)
{
    const auto row = db.row("SELECT fingerprint FROM classifier WHERE id = ?", {modelRow});
    return row ? row->text(0).toLatin1() : QByteArray();
}

void store(Database &db, const Stored &model)
{
    db.exec("INSERT INTO classifier (id, fingerprint, body) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, body = excluded.body",
            {modelRow, QString::fromLatin1(model.fingerprint), model.body});
}

void remove(Database &db) { db.exec("DELETE FROM classifier"); }

} // namespace patchbay::classifiers
