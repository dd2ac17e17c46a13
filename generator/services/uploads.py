"""Members' own files as references: checked, re-encoded, and stored once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generator.media import reencoding, storage, thumbnails
from generator.media.reencoding import InvalidUpload
from generator.media.upload_limits import MAX_FILE_BYTES
from generator.models import Draft, Upload, User, file_name, named_reference
from generator.models.ids import new_id

UNUSED_DAYS = 14
SMALL_WIDTH = 320
# Reasons to reject a file; each has a `sentence` for the member.
REJECTIONS = (InvalidUpload, storage.StorageError)


def store(owner: User, given: File[Any]) -> Upload:
    """Store this file as the member's upload, under the name that it came with. An upload of the
    same bytes that they already have is reused.

    Raise one of `REJECTIONS`, with a sentence for the member.
    """
    upload = _stored(owner, given)
    upload.name = file_name(given.name or "")
    return upload


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent with a form: the upload that it became, or why it was rejected."""

    source: Upload | str = ""
    error: str | Promise = ""


def attach(by: User, files: Sequence[File[Any]]) -> list[Attachment]:
    """Store the files that a form brings along; a rejected one says why."""
    attachments = []
    for file in files:
        try:
            attachments.append(Attachment(store(by, file)))
        except REJECTIONS as rejection:
            attachments.append(Attachment(error=rejection.sentence))
    return attachments


def _stored(owner: User, given: File[Any]) -> Upload:
    if (given.size or 0) > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES // 2**20
        raise InvalidUpload(_("This file is too large: at most %(most)d MB.") % {"most": most})
    given.open()
    digest = hashlib.file_digest(given, "sha256").hexdigest()
    if existing := _existing(owner, digest):
        return existing
    given.seek(0)
    upload = _write(owner, digest, given)
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
    except IntegrityError:
        # The same file was uploaded twice at once; use the other request's row.
        _remove_files(upload.file)
        return Upload.objects.get(owner=owner, source_sha256=digest)
    return upload


def _existing(owner: User, digest: str) -> Upload | None:
    upload = Upload.objects.filter(owner=owner, source_sha256=digest).first()
    if upload is None or not storage.upload_path(upload.file).exists():
        _forget(upload)
        return None
    # It is used again, so its grace period starts again.
    Upload.objects.filter(pk=upload.pk).update(created_at=timezone.now())
    return upload


def _forget(upload: Upload | None) -> None:
    """Rename the digest of a lost file, so that it can be uploaded again; its batches keep their
    row."""
    if upload is not None:
        Upload.objects.filter(pk=upload.pk).update(source_sha256=f"lost {upload.pk.hex}")


def _write(owner: User, digest: str, given: File[Any]) -> Upload:
    """Write the file, and return the row that is still to be saved."""
    reencoded = reencoding.reencode(cast(BinaryIO, given.file))
    upload_id = new_id()
    folder = storage.uploads_dir()
    with storage.temporary_file(folder) as temporary:
        temporary.file.write(reencoded.data)
        name = storage.keep(temporary, storage.upload_name(upload_id, reencoded.mime), folder)
        _add_small_copy(name, folder)
    return Upload(
        id=upload_id,
        owner=owner,
        source_sha256=digest,
        file=name,
        sha256=hashlib.sha256(reencoded.data).hexdigest(),
        mime=reencoded.mime,
        width=reencoded.width,
        height=reencoded.height,
        size_bytes=len(reencoded.data),
    )


def _add_small_copy(name: str, folder: Path) -> None:
    small = storage.small_upload_path(name)
    thumbnails.make(
        storage.upload_path(name),
        lambda _width: small,
        storage.temporary_dir(folder),
        [SMALL_WIDTH],
    )


def _remove_files(name: str) -> None:
    storage.small_upload_path(name).unlink(missing_ok=True)
    storage.upload_path(name).unlink(missing_ok=True)


def purge() -> int:
    """Remove uploads that no batch and no draft has used for `UNUSED_DAYS`; return how many."""
    oldest = timezone.now() - timedelta(days=UNUSED_DAYS)
    unused = Upload.objects.filter(created_at__lt=oldest, reference=None)
    return sum(_remove(upload) for upload in unused.exclude(pk__in=_in_drafts())[:1000])


def _in_drafts() -> set[uuid.UUID]:
    ids = set()
    for content in Draft.objects.values_list("content", flat=True):
        for value in content.get("image_urls", ()):
            if (named := named_reference(value)) and named.kind == "upload":
                ids.add(named.pk)
    return ids


def _remove(upload: Upload) -> bool:
    try:
        with transaction.atomic():
            upload.delete()
    except (ProtectedError, IntegrityError):
        return False  # a batch has just used it
    # The row first: `verify_files` reports a file without a row, but a row without its file breaks
    # a send.
    _remove_files(upload.file)
    return True
