"""The rows. Imports `page_urls`, `state`, `catalog` and `permissions` alone.

Writes that go beyond a row's own step belong to the services.
"""

from generator.models.accounts import User
from generator.models.bulk import BulkAction, BulkChange
from generator.models.collections import Collection, CollectionItem
from generator.models.images import BEST, SHOWN, Favourite, Image, Shape, shape_of
from generator.models.installation import FAILURE_THRESHOLD, Credential, Gate, Pulse
from generator.models.jobs import Batch, Job, JobEvent
from generator.models.months import MonthCount
from generator.models.search import SearchEntry, SearchHit, SearchQuery
from generator.models.uploads import Draft, Reference, Upload, file_name, named_reference
from generator.models.usage import LedgerEntry
from generator.permissions import Role

__all__ = [
    "BEST",
    "FAILURE_THRESHOLD",
    "SHOWN",
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
    "Upload",
    "User",
    "file_name",
    "named_reference",
    "shape_of",
]
