"""Uploads as they arrive: no file grows beyond its limit, whoever sends it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

MAX_FILE_BYTES = 25 * 2**20


class BoundedFiles(FileUploadHandler):
    """Runs before Django's own handlers and passes on little more than `MAX_FILE_BYTES` of each
    file. A file cut off here is still larger than allowed, and is rejected by the code that uses
    it.

    It applies to every request, since the CSRF check parses a form before any view runs.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.passed = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.passed > MAX_FILE_BYTES:
            return None
        self.passed += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
