#include "core/store/model_table.h"

#include "core/model/names.h"

#include <QtCore/QJsonDocument>

namespace patchbay::model_accounts {

using namespace Qt::StringLiterals;

namespace {

#define PATCHBAY_MODEL_SELECT "SELECT id, uid, connector, name, settings, health, health_detail, added_at FROM model "

ModelAccount modelFrom(const Row &row)
{
    ModelAccount model;
    model.id = row.id<ModelId>(0);
    model.uid = row.text(1);
    model.connector = row.text(2);
    model.name = row.text(3);
    model.settings = QJsonDocument::fromJson(row.text(4).toUtf8()).object();
    model.health = healthFrom(row.text(5));
    model.healthDetail = row.text(6);
    model.addedAt = row.time(7);
    return model;
}

std::optional<ModelAccount> modelFrom(const std::optional<Row> &row)
{
    return row ? std::optional(modelFrom(*row)) : std::nullopt;
}

QString modelSettings(const QJsonObject &settings)
{
    return QString::fromUtf8(QJsonDocument(settings).toJson(QJsonDocument::Compact));
}

Error modelNameTaken(const QString &name)
{
    return makeError(Error::Kind::Conflict, u"There is a model “%1” already. Choose another name."_s.arg(name));
}

} // namespace

std::vector<ModelAccount> all(Database &db)
{
    std::vector<ModelAccount> models;
    for (const Row &row : db.rows(PATCHBAY_MODEL_SELECT "ORDER BY id"))
        models.push_back(modelFrom(row));
    return models;
}

std::optional<ModelAccount> byId(Database &db, ModelId id)
{
    return modelFrom(db.row(PATCHBAY_MODEL_SELECT "WHERE id = ?", {id.value}));
}

std::optional<ModelAccount> byName(Database &db, const QString &name)
{
    return modelFrom(db.row(PATCHBAY_MODEL_SELECT "WHERE name = ?", {name}));
}

ModelId insert(Database &db, ModelAccount model)
{
    if (model.uid.isEmpty())
        model.uid = newUid(db.clock());
    if (!model.addedAt)
        model.addedAt = db.now();
    const qint64 id =
        db.insert("INSERT INTO model (uid, connector, name, settings, added_at) VALUES (?, ?, ?, ?, ?) "
                  "ON CONFLICT (name) DO NOTHING RETURNING id",
                  {model.uid, model.connector, model.name, modelSettings(model.settings), model.addedAt.us});
    if (id == 0)
        db.fail(modelNameTaken(model.name));
    db.changes().models = true;
    return {id};
}

void change(Database &db, ModelId id, const QString &name, const QJsonObject &settings)
{
    const auto known = byName(db, name);
    if (known && known->id != id) {
        db.fail(modelNameTaken(name));
        return;
    }
    db.exec("UPDATE model SET name = ?, settings = ? WHERE id = ?", {name, modelSettings(settings), id.value});
    db.changes().models = true;
}

void setHealth(Database &db, ModelId id, Health health, const QString &detail)
{
    const QString text = detail.isNull() ? u""_s : detail;
    if (db.exec("UPDATE model SET health = ?, health_detail = ? WHERE id = ? AND (health <> ? OR health_detail <> ?)",
                {nameOf(health), text, id.value, nameOf(health), text}))
        db.changes().models = true;
}

} // namespace patchbay::model_accounts
