-- Searches that the team keeps, in the order in which the rail shows them.
CREATE TABLE saved_search (
    id {id},
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    position {int} NOT NULL,
    created_by {int} NOT NULL REFERENCES operator(id),
    created_at {int} NOT NULL
){strict};
