"""Receiving identity documents: in memory only, never more than what may be kept."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from enrolment.identity_checks.documents import MAX_BYTES
from enrolment.models import IdentityDocument


class DocumentUploadHandler(FileUploadHandler):
    """Keeps one file for each side and of each one byte more than allowed: enough to tell that it is too large.

    Django's own handlers write large files to the disk in clear, or drop them without a word.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.expected = set(IdentityDocument.Side.values)
        self.kept = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file. Raises ``SkipFile`` for one that the form does not ask for."""
        super().new_file(*args, **kwargs)
        if self.field_name not in self.expected:
            raise SkipFile
        self.expected.remove(self.field_name)
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what there is room for."""
        room = MAX_BYTES + 1 - self.kept.tell()
        self.kept.write(raw_data[:room])

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file as the form gets it, with its true size."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name or "", self.content_type, file_size, self.charset
        )
