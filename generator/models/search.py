"""The search index: one row for each image and batch, and the table that is searched.

`SearchEntry` is ours. `SearchHit` shows the same rows in the database's search table: on SQLite an
FTS5 table, on PostgreSQL a view with a tsvector (`models.search_sql`). Both are ordered by `place`,
a sort key that grows with the creation time, so the index itself is newest first.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup

from generator.models.ids import id_floor
from generator.models.tokenizer import Term, tokenize

# Marks a facet among the words. `tokenize` never returns it, so no text can imitate a facet.
FACET_MARK = "¤"
EPOCH_MS = 1_577_836_800_000  # 2020: 41 bits of milliseconds last until 2089


# The largest that the databases store.
MAX_KEY = 2**63 - 1


def sort_key(identifier: uuid.UUID) -> int:
    """Return the key of a UUIDv7 in the index, a positive int64: its time and its next 22 bits."""
    number = identifier.int
    milliseconds = max(0, (number >> 80) - EPOCH_MS)
    key = milliseconds << 22 | (number >> 64 & 0xFFF) << 10 | (number >> 52 & 0x3FF)
    return min(key, MAX_KEY)  # of an identifier that nobody made


def sort_key_floor(moment: datetime) -> int:
    """Return the smallest sort key of this moment."""
    return sort_key(id_floor(moment)) >> 22 << 22


class SearchEntry(models.Model):
    """The searchable content of an image or a batch: its words, and facets for filters.

    `place` is the sort key. `words` begins and ends with a space, so that a sequence of words is a
    substring of it.
    """

    place = models.BigIntegerField(primary_key=True)
    image = models.OneToOneField("Image", on_delete=models.CASCADE, null=True, related_name="entry")
    batch = models.OneToOneField("Batch", on_delete=models.CASCADE, null=True, related_name="entry")
    words = models.TextField()

    def __str__(self) -> str:
        return f"search entry {self.place}"


def image_facets(
    owner_id: uuid.UUID | None,
    model: str,
    shape: str,
    has_references: bool,
    rated: Iterable[int] = (),
) -> list[str]:
    """Return the facets of an image. Empty values add none, so the same call builds a query.

    An image has a `rated` facet for every number up to its rating, so that "three and more" is one
    facet.
    """
    own = ["image", *([f"shape{shape}"] if shape else []), *(f"rated{least}" for least in rated)]
    return [*own, *batch_facets(owner_id, model, has_references)[1:]]


def batch_facets(owner_id: uuid.UUID | None, model: str, has_references: bool) -> list[str]:
    """Return the facets of a batch, by the same rule."""
    model_digest = hashlib.sha256(model.encode()).hexdigest()[:12]
    return [
        "batch",
        *([f"owner{owner_id.hex}"] if owner_id else []),
        *([f"model{model_digest}"] if model else []),
        *(["references"] if has_references else []),
    ]


def entry_words(facets: Iterable[str], *texts: str) -> str:
    """Return the words of an entry. The mark between texts keeps their words from forming one
    sequence."""
    words = f" {FACET_MARK} ".join(" ".join(tokenize(text)) for text in texts)
    return f" {' '.join(FACET_MARK + facet for facet in facets)} {FACET_MARK} {words} "


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What an entry must have: these facets, and all of these terms."""

    facets: tuple[str, ...]
    terms: tuple[Term, ...] = ()

    def fts5(self) -> str:
        terms = [f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in self.terms]
        return " AND ".join([*(f'"{FACET_MARK}{facet}"' for facet in self.facets), *terms])

    def tsquery(self) -> str:
        lexemes = [f"'{FACET_MARK}{facet}'" for facet in self.facets]
        for term in self.terms:
            *whole, last = term.words
            lexemes += [*(f"'{word}'" for word in whole), f"'{last}'{':*' if term.prefix else ''}"]
        return " & ".join(lexemes)

    def sequences(self) -> list[str]:
        """Return patterns for multi-word terms, since our tsvector stores no positions."""
        return [
            f"% {' '.join(term.words)}{'' if term.prefix else ' '}%"
            for term in self.terms
            if len(term.words) > 1
        ]


class IndexField(models.TextField):  # type: ignore[type-arg]
    """The column that the database searches; used with the `matches` lookup alone."""


@IndexField.register_lookup
class Matches(Lookup):
    """`index__matches=SearchQuery(…)`, on both databases."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} MATCH %s", (*params, self.rhs.fts5())

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        words = Col(self.lhs.alias, SearchHit._meta.get_field("words"))
        text, _none = compiler.compile(words)
        sequences = self.rhs.sequences()
        sql = "".join([f"{column} @@ %s::tsquery", *(f" AND {text} LIKE %s" for _ in sequences)])
        return sql, (*params, self.rhs.tsquery(), *sequences)


class SearchHit(models.Model):
    place = models.BigIntegerField(primary_key=True, db_column="rowid")
    image = models.OneToOneField(
        "Image", on_delete=models.DO_NOTHING, null=True, related_name="hit", db_constraint=False
    )
    batch = models.OneToOneField(
        "Batch", on_delete=models.DO_NOTHING, null=True, related_name="hit", db_constraint=False
    )
    words = models.TextField()
    # FTS5 is searched through a column that has the table's own name.
    index = IndexField(db_column="generator_search")

    class Meta:
        managed = False
        db_table = "generator_search"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"search hit {self.place}"
