#pragma once

// The columns of search_text, as they were when the row was indexed: what is forgotten must be the same.
#define PATCHBAY_FILES_OF_MESSAGE                                                                                      \
    "COALESCE((SELECT GROUP_CONCAT(a.name, ' ') FROM (SELECT name FROM attachment WHERE message_id = m.id "            \
    "ORDER BY position) a), '')"
#define PATCHBAY_INDEXED_MESSAGE                                                                                       \
    "m.author_name || ' ' || m.author_address, m.to_addresses || ' ' || m.cc_addresses, m.subject, "                   \
    "CASE m.quoted_text WHEN '' THEN m.body_text ELSE m.body_text || ' ' || m.quoted_text "                            \
    "END, " PATCHBAY_FILES_OF_MESSAGE
#define PATCHBAY_TITLE_OF_TASK "COALESCE(json_extract(t.payload, '$.title'), '')"
#define PATCHBAY_DESCRIPTION_OF_TASK "COALESCE(json_extract(t.payload, '$.description'), '')"
#define PATCHBAY_INDEXED_TASK "'', '', " PATCHBAY_TITLE_OF_TASK ", " PATCHBAY_DESCRIPTION_OF_TASK ", ''"
// The same words as one text, for SQLite; of the document "d" of either kind.
#define PATCHBAY_TEXT_OF_MESSAGE                                                                                       \
    "m.author_name || ' ' || m.author_address || ' ' || m.to_addresses || ' ' || m.cc_addresses || ' ' || m.subject "  \
    "|| ' ' || m.body_text || ' ' || m.quoted_text || ' ' || " PATCHBAY_FILES_OF_MESSAGE
#define PATCHBAY_TEXT_OF_TASK PATCHBAY_TITLE_OF_TASK " || ' ' || " PATCHBAY_DESCRIPTION_OF_TASK
#define PATCHBAY_TEXT_OF_DOCUMENT                                                                                      \
    "CASE d.kind WHEN 0 THEN (SELECT " PATCHBAY_TEXT_OF_MESSAGE " FROM message m WHERE m.id = d.subject_id) "          \
    "ELSE (SELECT " PATCHBAY_TEXT_OF_TASK " FROM task t WHERE t.id = d.subject_id) END"
