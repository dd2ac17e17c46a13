"""The rows. Imports `state` and `catalog` alone; writes beyond a row's own step are services'."""

from generator.models.accounts import Role, User
from generator.models.images import Image
from generator.models.installation import Credential, Gate, Pulse
from generator.models.jobs import Batch, Job, JobEvent, Reference
from generator.models.usage import LedgerEntry

__all__ = [
    "Batch",
    "Credential",
    "Gate",
    "Image",
    "Job",
    "JobEvent",
    "LedgerEntry",
    "Pulse",
    "Reference",
    "Role",
    "User",
]
