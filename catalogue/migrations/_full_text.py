"""The database's own full-text index of ``SearchEntry``, on either engine.

The words are ready-made (folded and stemmed by ``catalogue.search.words``), so neither engine's language rules
come into play and both find the same rows. Triggers and generated columns keep the index true in the
same transaction as the row, whoever writes it.
"""

SQLITE = [
    """CREATE VIRTUAL TABLE catalogue_search_fts USING fts5(
        title, body, content='catalogue_searchentry', content_rowid='training_id',
        tokenize='ascii', prefix='2 3 4', detail='column')""",
    """CREATE TRIGGER catalogue_search_insert AFTER INSERT ON catalogue_searchentry BEGIN
        INSERT INTO catalogue_search_fts(rowid, title, body) VALUES (new.training_id, new.title, new.body);
    END""",
    """CREATE TRIGGER catalogue_search_delete AFTER DELETE ON catalogue_searchentry BEGIN
        INSERT INTO catalogue_search_fts(catalogue_search_fts, rowid, title, body)
        VALUES ('delete', old.training_id, old.title, old.body);
    END""",
    """CREATE TRIGGER catalogue_search_update AFTER UPDATE ON catalogue_searchentry BEGIN
        INSERT INTO catalogue_search_fts(catalogue_search_fts, rowid, title, body)
        VALUES ('delete', old.training_id, old.title, old.body);
        INSERT INTO catalogue_search_fts(rowid, title, body) VALUES (new.training_id, new.title, new.body);
    END""",
]
SQLITE_BACK = [
    "DROP TRIGGER catalogue_search_insert",
    "DROP TRIGGER catalogue_search_delete",
    "DROP TRIGGER catalogue_search_update",
    "DROP TABLE catalogue_search_fts",
]
POSTGRESQL = [
    """ALTER TABLE catalogue_searchentry
        ADD COLUMN title_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(title, ' '))) STORED,
        ADD COLUMN body_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(body, ' '))) STORED""",
    "CREATE INDEX catalogue_search_title ON catalogue_searchentry USING gin (title_vector) WITH (fastupdate = off)",
    "CREATE INDEX catalogue_search_body ON catalogue_searchentry USING gin (body_vector) WITH (fastupdate = off)",
]
POSTGRESQL_BACK = [
    "DROP INDEX catalogue_search_title",
    "DROP INDEX catalogue_search_body",
    "ALTER TABLE catalogue_searchentry DROP COLUMN title_vector, DROP COLUMN body_vector",
]


def forwards(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)
