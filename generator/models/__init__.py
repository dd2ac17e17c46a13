"""The rows, and what a row knows about itself; writes beyond a row's own step are services.

    accounts     User                                   ids        UUIDv7 primary keys
    jobs         Batch, Job, JobEvent; `Job.advance`    querysets  named conditions on rows
    uploads      Reference, Upload, Draft               search     the index: SearchEntry, SearchHit
    images       Image, Favourite, shapes               search_sql the search table, by database
    collections  Collection, CollectionItem             tokenizer  text as words to search for
    bulk         BulkAction, BulkChange                 months     MonthCount
    twins        Twin: a job's second task              triggers   upkeep done by the database
    usage        LedgerEntry
    installation Gate, Credential, Pulse                statistics SQLite's planner statistics
    event_details codes and texts of timeline lines        lock_wait  waiting for locks
    durability   commits that survive a power cut
    counters     AttemptCount

Imports `state`, `catalog`, `permissions` and `page_urls` alone.

Triggers keep the search table and add one line to `MonthCount` for each change of an image: bulk
updates send no signals, and lines do not wait for each other as a counter would; maintenance merges
them. SQLite loses triggers and planner statistics when a table is rebuilt, so both are renewed
after each `migrate`.
"""

from generator.models.accounts import User
from generator.models.bulk import BulkAction, BulkChange
from generator.models.collections import Collection, CollectionItem
from generator.models.counters import AttemptCount
from generator.models.images import (
    BEST,
    MOST_SHOWN_PIXELS,
    SHOWN,
    Favourite,
    Image,
    Shape,
    shape_of,
)
from generator.models.installation import FAILURE_THRESHOLD, Credential, Gate, Pulse
from generator.models.jobs import Batch, Job, JobEvent
from generator.models.months import MonthCount
from generator.models.search import SearchEntry, SearchHit, SearchQuery
from generator.models.twins import Twin
from generator.models.uploads import Draft, Reference, Upload, file_name, named_reference
from generator.models.usage import LedgerEntry
from generator.permissions import Role

__all__ = [
    "BEST",
    "FAILURE_THRESHOLD",
    "MOST_SHOWN_PIXELS",
    "SHOWN",
    "AttemptCount",
    "Batch",
    "BulkAction",
    "BulkChange",
    "Collection",
    "CollectionItem",
    "Credential",
    "Draft",
    "Favourite",
    "Gate",
    "Image",
    "Job",
    "JobEvent",
    "LedgerEntry",
    "MonthCount",
    "Pulse",
    "Reference",
    "Role",
    "SearchEntry",
    "SearchHit",
    "SearchQuery",
    "Shape",
    "Twin",
    "Upload",
    "User",
    "file_name",
    "named_reference",
    "shape_of",
]
