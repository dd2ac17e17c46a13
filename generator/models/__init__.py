"""The rows. Imports `state` and `catalog` alone; writes beyond a row's own step are services'."""

from generator.models.accounts import Role, User
from generator.models.compose import Draft, Reference, Upload, named_reference
from generator.models.gallery import BulkAction, Collection, CollectionItem, Favourite
from generator.models.images import SHOWN, Image, Shape, shape_of
from generator.models.installation import Credential, Gate, Pulse
from generator.models.jobs import Batch, Job, JobEvent
from generator.models.usage import LedgerEntry

__all__ = [
    "SHOWN",
    "Batch",
    "BulkAction",
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
    "Pulse",
    "Reference",
    "Role",
    "Shape",
    "Upload",
    "User",
    "named_reference",
    "shape_of",
]
