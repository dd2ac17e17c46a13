"""The search index: one row for each image and batch, and the table that finds in it.

`SearchEntry` is ours. `SearchHit` is the same rows as the database finds them: on SQLite an FTS5
table over it, on PostgreSQL a view with a tsvector (`models.search_sql`). Both go by `place`,
which grows with the time of making, so newest first is the order of the index itself.
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

# Marks a fact among the words; `words.split` never gives it, so no text can pose as one.
FACET_MARK = "¤"
EPOCH_MS = 1_577_836_800_000  # 2020: 41 bits of milliseconds last until 2089


def sort_key(identifier: uuid.UUID) -> int:
    """Where a UUIDv7 stands in the index: its time and the next 22 bits, as a positive int64."""
    number = identifier.int
    milliseconds = max(0, (number >> 80) - EPOCH_MS)
    return milliseconds << 22 | (number >> 64 & 0xFFF) << 10 | (number >> 52 & 0x3FF)


def sort_key_floor(moment: datetime) -> int:
    return sort_key(id_floor(moment)) >> 22 << 22


class SearchEntry(models.Model):
    """What is searched of an image or a batch: its words, and facts that filters ask for.

    `words` begins and ends with a space, so that words in sequence are a part of it.
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
    """The facts of an image; an empty or false one is none, so the same call makes what a
    search asks for.

    An image has `rated` for every number up to its rating, so that "three and more" is one fact.
    """
    said = ["image", *([f"shape{shape}"] if shape else []), *(f"rated{least}" for least in rated)]
    return [*said, *batch_facets(owner_id, model, has_references)[1:]]


def batch_facets(owner_id: uuid.UUID | None, model: str, has_references: bool) -> list[str]:
    """The facts of a batch, by the same rule."""
    named = hashlib.sha256(model.encode()).hexdigest()[:12]
    return [
        "batch",
        *([f"owner{owner_id.hex}"] if owner_id else []),
        *([f"model{named}"] if model else []),
        *(["references"] if has_references else []),
    ]


def entry_words(facts: Iterable[str], *texts: str) -> str:
    """What an entry keeps. The mark between texts keeps their words from being one sequence."""
    words = f" {FACET_MARK} ".join(" ".join(tokenize(text)) for text in texts)
    return f" {' '.join(FACET_MARK + fact for fact in facts)} {FACET_MARK} {words} "


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What an entry must have: these facts, and all of these terms."""

    facts: tuple[str, ...]
    terms: tuple[Term, ...] = ()

    def fts5(self) -> str:
        said = [f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in self.terms]
        return " AND ".join([*(f'"{FACET_MARK}{fact}"' for fact in self.facts), *said])

    def tsquery(self) -> str:
        said = [f"'{FACET_MARK}{fact}'" for fact in self.facts]
        for term in self.terms:
            *whole, last = term.words
            said += [*(f"'{word}'" for word in whole), f"'{last}'{':*' if term.prefix else ''}"]
        return " & ".join(said)

    def sequences(self) -> list[str]:
        """Patterns for the terms of several words: a tsvector of ours keeps no positions."""
        return [
            f"% {' '.join(term.words)}{'' if term.prefix else ' '}%"
            for term in self.terms
            if len(term.words) > 1
        ]


class IndexField(models.TextField):  # type: ignore[type-arg]
    """What the database searches in; asked by `matches` alone."""


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
    # FTS5 is asked by a column with the table's own name.
    index = IndexField(db_column="generator_search")

    class Meta:
        managed = False
        db_table = "generator_search"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"search hit {self.place}"
