"""The search table, in each database's own SQL."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The `ascii` tokenizer treats every other character as part of a word: `tokenizer.tokenize` has
# split the text already, and SQLite's knowledge of Unicode depends on its version.
SQLITE = """
CREATE VIRTUAL TABLE generator_search USING fts5(
    words, image_id UNINDEXED, batch_id UNINDEXED,
    content='generator_searchentry', content_rowid='place',
    tokenize='ascii', prefix='2 3', columnsize=0
)
"""
POSTGRESQL = """
ALTER TABLE generator_searchentry
    ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (words::tsvector) STORED;
CREATE INDEX search_lexemes ON generator_searchentry USING gin (lexemes);
CREATE VIEW generator_search AS
    SELECT place AS rowid, image_id, batch_id, words, lexemes AS generator_search
    FROM generator_searchentry;
"""


def create(editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def drop(editor: BaseDatabaseSchemaEditor) -> None:
    kind = "VIEW" if editor.connection.vendor == "postgresql" else "TABLE"
    editor.execute(f"DROP {kind} generator_search")
