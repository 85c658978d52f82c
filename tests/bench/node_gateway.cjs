// A gateway as it is usually built with Node and PostgreSQL, to measure beside ours: node_gateway.cjs POSTGRES-URL SECRET
//
// Takes the same signed requests and answers 200 when a message is stored for good: raw item, contact, conversation,
// message with a search vector, a category by words, a suggestion, all in one transaction. Wants the module "pg"
// (Debian: node-pg) in NODE_PATH. Prints its port.
"use strict";

const crypto = require("node:crypto");
const http = require("node:http");
const { Pool } = require("pg");

const [url, secret] = process.argv.slice(2);
const LONGEST = 1024 * 1024;
const CATEGORIES = [
    ["Billing", /\b(invoice|refund|charged|payment|card)\b/i],
    ["Delivery", /\b(parcel|delivery|tracking|shipping|late)\b/i],
    ["Technical", /\b(error|crash|bug|broken|login)\b/i],
    ["Sales", /\b(price|offer|quote|buy)\b/i],
];
const SCHEMA = `
    CREATE TABLE contact (id BIGSERIAL PRIMARY KEY, address TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
    CREATE TABLE conversation (id BIGSERIAL PRIMARY KEY, contact_id BIGINT NOT NULL UNIQUE REFERENCES contact,
        category TEXT, unread INT NOT NULL DEFAULT 0, last_at TIMESTAMPTZ NOT NULL DEFAULT now());
    CREATE INDEX ON conversation (last_at);
    CREATE TABLE raw_item (id BIGSERIAL PRIMARY KEY, source_key TEXT NOT NULL UNIQUE, body BYTEA NOT NULL,
        arrived_at TIMESTAMPTZ NOT NULL DEFAULT now());
    CREATE TABLE message (id BIGSERIAL PRIMARY KEY, conversation_id BIGINT NOT NULL REFERENCES conversation,
        external_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, arrived_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED);
    CREATE INDEX ON message (conversation_id, arrived_at);
    CREATE INDEX ON message USING GIN (words);
    CREATE TABLE suggestion (id BIGSERIAL PRIMARY KEY, conversation_id BIGINT NOT NULL REFERENCES conversation,
        message_id BIGINT NOT NULL REFERENCES message, category TEXT NOT NULL, route TEXT NOT NULL);`;

const pool = new Pool({ connectionString: url, max: 10 });

function isSigned(body, given) {
    const right = crypto.createHmac("sha256", secret).update(body).digest();
    const said = Buffer.from(given || "", "hex");
    return said.length === right.length && crypto.timingSafeEqual(said, right);
}

function categoryOf(text) {
    const found = CATEGORIES.find(([, words]) => words.test(text));
    return found ? found[0] : "Other";
}

async function storeAll(client, body, message) {
    const raw = await client.query({
        name: "raw",
        text: "INSERT INTO raw_item (source_key, body) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        values: [message.id, body],
    });
    if (raw.rowCount === 0)
        return; // it came before
    const contact = await client.query({
        name: "contact",
        text: `INSERT INTO contact (address, name) VALUES ($1, $2)
            ON CONFLICT (address) DO UPDATE SET name = excluded.name RETURNING id`,
        values: [message.author.id, message.author.name],
    });
    const category = categoryOf(message.text);
    const conversation = await client.query({
        name: "conversation",
        text: `INSERT INTO conversation (contact_id, category, unread) VALUES ($1, $2, 1) ON CONFLICT (contact_id)
            DO UPDATE SET category = excluded.category, unread = conversation.unread + 1, last_at = now() RETURNING id`,
        values: [contact.rows[0].id, category],
    });
    const stored = await client.query({
        name: "message",
        text: "INSERT INTO message (conversation_id, external_id, body) VALUES ($1, $2, $3) RETURNING id",
        values: [conversation.rows[0].id, message.id, message.text],
    });
    await client.query({
        name: "suggestion",
        text: "INSERT INTO suggestion (conversation_id, message_id, category, route) VALUES ($1, $2, $3, $4)",
        values: [conversation.rows[0].id, stored.rows[0].id, category, "tasks"],
    });
}

async function take(body) {
    const message = JSON.parse(body.toString("utf8"));
    if (typeof message.id !== "string" || typeof message.text !== "string" || typeof message.author?.id !== "string")
        return [422, { error: "no message" }];
    const client = await pool.connect();
    try {
        await client.query("BEGIN");
        await storeAll(client, body, message);
        await client.query("COMMIT");
        return [200, { stored: [message.id] }];
    } catch (error) {
        await client.query("ROLLBACK").catch(() => {});
        return [503, { error: error.message }];
    } finally {
        client.release();
    }
}

function answer(response, status, body) {
    const text = JSON.stringify(body);
    response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text), Connection: "close" });
    response.end(text);
}

const server = http.createServer((request, response) => {
    const parts = [];
    let size = 0;
    request.on("data", part => {
        size += part.length;
        if (size <= LONGEST)
            parts.push(part);
    });
    request.on("end", async () => {
        const body = Buffer.concat(parts);
        if (size > LONGEST)
            return answer(response, 413, { error: "too large" });
        if (!isSigned(body, request.headers["x-sign"]))
            return answer(response, 401, { error: "unsigned" });
        try {
            answer(response, ...(await take(body)));
        } catch (error) {
            answer(response, 400, { error: error.message });
        }
    });
});

async function main() {
    await pool.query(SCHEMA);
    server.listen(0, "127.0.0.1", 1024, () => console.log(server.address().port));
    process.on("SIGTERM", () => server.close(async () => {
        const counted = await pool.query("SELECT (SELECT count(*) FROM message) AS visible, (SELECT count(*) FROM raw_item) AS received");
        console.log(JSON.stringify(counted.rows[0]));
        await pool.end();
    }));
}

main();
