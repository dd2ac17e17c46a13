"""Uploads as they come in: no file grows beyond its bound, whoever sends it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

MAX_FILE_BYTES = 25 * 2**20


class BoundedFiles(FileUploadHandler):
    """Stands before Django's own handlers and passes on little more than `MAX_FILE_BYTES` of each
    file. What is cut off so is larger than allowed, and refused by whoever takes it.

    It works for every request, since the CSRF check reads a form before any view is asked.
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
