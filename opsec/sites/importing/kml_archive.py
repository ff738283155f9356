"""KML files inside a KMZ archive: the main one, and those that it links to. Nothing outside the archive is opened."""

import io
import lzma
import posixpath
import zipfile
import zlib
from urllib.parse import unquote

from opsec.errors import SitesError
from opsec.i18n.messages import _

MAX_UNPACKED_MIB = 64
"""Limit for all files together, whatever their headers claim."""
MAX_MEMBERS = 1_000
"""Limit for KML files of one archive."""
_DAMAGE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What the library raises for an archive that is damaged, encrypted or packed in an unknown way."""


class KmlArchive:
    """The KML files of a KMZ archive, each unpacked at most once."""

    def __init__(self, content: bytes, file: str) -> None:
        self._file = file
        self._left = MAX_UNPACKED_MIB * 2**20
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE as error:
            raise self._damaged() from error
        names = [name for name in self._zip.namelist() if name.lower().endswith(".kml")]
        if not names:
            raise SitesError(_("{file} is an archive without a KML file; export it again", file=file))
        if len(names) > MAX_MEMBERS:
            raise SitesError(_("{file} holds more than {limit} KML files; split it", file=file, limit=MAX_MEMBERS))
        self._known = {posixpath.normpath(name).casefold(): name for name in self._zip.namelist()}
        self.unread = dict.fromkeys(names)
        """Names of the KML files that have not been unpacked, in the order of the archive."""

    def main_file(self) -> str:
        """Name of the main file: the first at the top of the archive, else the first (OGC 12-007, annex C)."""
        return next((name for name in self.unread if "/" not in name.strip("/")), next(iter(self.unread)))

    def find(self, address: str, linked_from: str) -> str | None:
        """Find the file that a link names, relative to the file with the link; None when it is not in the archive."""
        path = unquote(address.partition("#")[0].partition("?")[0]).replace("\\", "/")
        if "://" in path or not path:
            return None
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(linked_from), path)).lstrip("/")
        found = self._known.get(wanted.casefold()) or self._known.get(posixpath.normpath(path).lstrip("/").casefold())
        return found if found is not None and found.lower().endswith(".kml") else None

    def unpack(self, name: str) -> bytes:
        """Unpack a file.

        Raises
        ------
        SitesError
            The archive is damaged or encrypted, or unpacks to more than the limit.
        """
        self.unread.pop(name, None)
        try:
            with self._zip.open(name) as stream:
                content = stream.read(self._left + 1)
        except _DAMAGE as error:
            raise self._damaged() from error
        self._left -= len(content)
        if self._left < 0:
            raise SitesError(
                _(
                    "{file} unpacks to more than the limit of {limit_mib} MiB; simplify it",
                    file=self._file,
                    limit_mib=MAX_UNPACKED_MIB,
                )
            )
        return content

    def _damaged(self) -> SitesError:
        return SitesError(_("{file} is a damaged or encrypted archive; export it again", file=self._file))
