"""Where the collected static files are, asked many times a page."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise is untyped
    """WhiteNoise's own, each address worked out once a process: it changes with the files, hence with a restart."""

    @cache  # noqa: B019  one storage a process
    def url(self, name: str, force: bool = False) -> str:
        """The address of the file *name*, its content's digest in it."""
        return str(super().url(name, force))
