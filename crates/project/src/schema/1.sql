-- Integer keys stay in this file; what leaves it is the 16 bytes of a UUIDv7. Times are
-- milliseconds since 1970-01-01 UTC. Positions and lengths in text are UTF-8 bytes.

-- The project itself: one row. min_reader and min_writer are the lowest user_version of a
-- program that can read this file, or write to it.
CREATE TABLE project (
  n INTEGER PRIMARY KEY CHECK (n = 1),
  id BLOB NOT NULL CHECK (length(id) = 16),
  title TEXT NOT NULL,
  language TEXT NOT NULL,
  created INTEGER NOT NULL,
  min_reader INTEGER NOT NULL,
  min_writer INTEGER NOT NULL
) STRICT;

CREATE TABLE project_attribute (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A row for each time the project was opened and written to. Merges order by id, never by n.
CREATE TABLE opening (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  started INTEGER NOT NULL,
  program TEXT NOT NULL
) STRICT;

-- What a model was asked, and how. prompt and settings are JSON.
CREATE TABLE generation (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  document INTEGER REFERENCES document (n),
  task TEXT NOT NULL,
  model TEXT NOT NULL,
  model_hash TEXT,
  prompt TEXT NOT NULL,
  settings TEXT NOT NULL,
  seed INTEGER,
  started INTEGER NOT NULL,
  anchor INTEGER REFERENCES anchor (n)
) STRICT;
CREATE INDEX generation_document ON generation (document);

-- Who can have written: person, generation, file, unknown.
CREATE TABLE author (
  n INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER UNIQUE REFERENCES generation (n)
) STRICT;

-- place orders the binder. edits, opening and seq name the version that the pieces of text and
-- the rows of history hold together: how many edits led there and which was the last.
CREATE TABLE document (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  craft TEXT NOT NULL,
  title TEXT NOT NULL,
  folder TEXT NOT NULL,
  place REAL NOT NULL,
  trashed INTEGER NOT NULL CHECK (trashed IN (0, 1)),
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  edits INTEGER NOT NULL,
  opening INTEGER REFERENCES opening (n),
  seq INTEGER,
  caret_anchor INTEGER NOT NULL,
  caret_head INTEGER NOT NULL
) STRICT;

CREATE TABLE document_attribute (
  document INTEGER NOT NULL REFERENCES document (n),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (document, name)
) STRICT, WITHOUT ROWID;

-- Acts of the binder: kind is create, rename, move, trash, put_back; changes is JSON, a list of
-- {document, before, after}; undoes names the act that this one takes back or brings back.
CREATE TABLE binder_act (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  opening INTEGER NOT NULL REFERENCES opening (n),
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  changes TEXT NOT NULL,
  undoes INTEGER REFERENCES binder_act (n)
) STRICT;

-- The current text, cut at line ends.
CREATE TABLE text_piece (
  n INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document (n),
  place REAL NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX text_piece_place ON text_piece (document, place);

-- The current text of each document, whole.
CREATE VIEW document_text AS
SELECT d.id, d.title, d.craft,
  coalesce((SELECT group_concat(text, '') FROM
    (SELECT text FROM text_piece WHERE document = d.n ORDER BY place)), '') AS text
FROM document AS d;

-- Edits, packed: consecutive ones of one opening, with the names of the edits before the first.
-- structure, body, acts and origins are columns packed by zstd after their length.
CREATE TABLE chunk (
  n INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document (n),
  opening INTEGER NOT NULL REFERENCES opening (n),
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  parents BLOB NOT NULL,
  first_act INTEGER NOT NULL,
  format INTEGER NOT NULL,
  structure BLOB NOT NULL,
  body BLOB NOT NULL,
  acts BLOB NOT NULL,
  origins BLOB NOT NULL,
  sum BLOB NOT NULL CHECK (length(sum) = 16),
  UNIQUE (document, opening, first)
) STRICT;

-- Edits as they were saved, a row each half second; chunks are made of them.
CREATE TABLE tail (
  n INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document (n),
  opening INTEGER NOT NULL REFERENCES opening (n),
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  parents BLOB NOT NULL,
  first_act INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (document, opening, first)
) STRICT;

-- Acts with more to say than who, when and where. act is the act's number in its document and
-- opening; undoes and restores name acts in the same way.
CREATE TABLE act_note (
  document INTEGER NOT NULL REFERENCES document (n),
  opening INTEGER NOT NULL REFERENCES opening (n),
  act INTEGER NOT NULL,
  kind TEXT NOT NULL,
  undoes_opening INTEGER,
  undoes_act INTEGER,
  restores_opening INTEGER,
  restores_act INTEGER,
  candidate INTEGER REFERENCES candidate (n),
  taken_from INTEGER,
  taken_to INTEGER,
  name TEXT,
  PRIMARY KEY (document, opening, act)
) STRICT, WITHOUT ROWID;

-- Places that move with the text, by the bytes beside them (opening, seq, byte of the edit).
-- position and deleted are as of the last save.
CREATE TABLE anchor (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  document INTEGER NOT NULL REFERENCES document (n),
  kind TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('left', 'right')),
  position INTEGER NOT NULL,
  deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
  left_opening INTEGER, left_seq INTEGER, left_offset INTEGER,
  right_opening INTEGER, right_seq INTEGER, right_offset INTEGER,
  witness_opening INTEGER, witness_seq INTEGER, witness_offset INTEGER
) STRICT;
CREATE INDEX anchor_document ON anchor (document);

-- state: streaming, ready, stopped, failed. outcome: untouched, partly, taken, dismissed.
-- taken is JSON, a list of [from, to] in bytes of text. open is 1 while the writer has not
-- settled it.
CREATE TABLE candidate (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  generation INTEGER NOT NULL REFERENCES generation (n),
  idx INTEGER NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  taken TEXT NOT NULL,
  open INTEGER NOT NULL CHECK (open IN (0, 1)),
  UNIQUE (generation, idx)
) STRICT;

-- Named versions of the whole project: for each document the last edit of that version.
CREATE TABLE project_version (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  name TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE project_version_document (
  version INTEGER NOT NULL REFERENCES project_version (n),
  document INTEGER NOT NULL REFERENCES document (n),
  opening INTEGER NOT NULL REFERENCES opening (n),
  seq INTEGER NOT NULL,
  PRIMARY KEY (version, document)
) STRICT, WITHOUT ROWID;
