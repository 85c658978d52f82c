-- What its acceptance taught: it goes when the acceptance is taken back.
ALTER TABLE task ADD COLUMN lesson_id {int} REFERENCES lesson(id);
