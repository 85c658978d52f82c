-- By which a platform may know an operator: its agents have mail addresses. Empty: not told.
ALTER TABLE operator ADD COLUMN mail TEXT NOT NULL DEFAULT '';
