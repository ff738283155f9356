"""A request for removal in a new folder beside the case file, for the console: nobody types a folder there."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from opsec.app.takedown import PreparedTakedown, files_of, prepare
from opsec.casefile.case_file import open_case
from opsec.casefile.database import MEMORY, case_path
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import Lang, _
from opsec.i18n.safe_text import display_path
from opsec.model import Site
from opsec.reports.takedown_files import remove_folder, write_folder
from opsec.reports.takedown_platforms import platform_of
from opsec.sandbox.pdf_process import is_available

FOLDER = "takedown-requests"
_FOLDER_MODE = 0o700


def write_beside_case(
    findings: Sequence[str], *, case: str, sites: Sequence[Site], with_stills: bool, lang: Lang
) -> list[tuple[Path, PreparedTakedown]]:
    """Write the request for findings of one post, and one for each other platform that has a copy of its clip.

    The state of the findings does not change.

    Parameters
    ----------
    findings, case, sites, with_stills
        As for ``opsec.app.takedown.prepare``.
    lang
        Language of the first sheet of the letter.

    Returns
    -------
    list of tuple of Path, PreparedTakedown
        Each folder, which nobody else can read, and what was written into it; the platform of the post first.

    Raises
    ------
    UsageError, CaseError, OutputError, PdfError
        Nothing can be asked for, the case is no file, or a folder cannot be written. No folder of this call stays then.
    """
    path = case_path(case)
    if path is None or path == MEMORY:
        raise UsageError(
            _("the case is not a file, so there is no folder beside it; write the request with opsec export takedown")
        )
    prepared = prepare(findings, case=case, sites=sites, with_stills=with_stills)
    elsewhere = [platform_of(copy.link) for one in prepared for copy in one.request.copies_elsewhere]
    for other in {platform.name: platform for platform in elsewhere}.values():
        if other.title:  # a service without a form of its own gets the general request by hand
            prepared += prepare(findings, case=case, sites=sites, platform=other, with_stills=with_stills)
    # Everything that can be computed is, before the first folder is made.
    requests = [(one, files_of(one, lang, pdf=is_available())) for one in prepared]
    with open_case(case) as case_file:  # so that no scan takes the files for posts
        hashes = {hashlib.sha256(data).hexdigest() for _one, files in requests for data in files.values()}
        case_file.remember_results(hashes, datetime.now(UTC))
    return _write_all(requests, Path(path).absolute().parent / FOLDER)


def requests_beside_case(findings: Sequence[str], case: str) -> list[Path]:
    """Return the folders that ``write_beside_case`` wrote for findings, in the order of their names.

    Parameters
    ----------
    findings
        Their numbers, as pages show them.
    case
        Path or URL of the case; one that is no file has no folder beside it.
    """
    path = case_path(case)
    if path is None or path == MEMORY:
        return []
    wanted = set(findings)
    try:
        found = [one for one in (Path(path).absolute().parent / FOLDER).iterdir() if one.is_dir()]
    except OSError:  # nobody wrote a request yet, or the folder is closed to this account
        return []
    return sorted(one for one in found if one.name.partition("-")[0] in wanted)


def _write_all(
    requests: Sequence[tuple[PreparedTakedown, Mapping[str, bytes]]], parent: Path
) -> list[tuple[Path, PreparedTakedown]]:
    """Write all requests or none: one of several folders would be taken for the whole answer."""
    number = requests[0][0].request.numbers[0]
    with ExitStack() as undo:
        written: list[tuple[Path, PreparedTakedown]] = []
        for one, files in requests:
            folder = _new_folder(parent, f"{number}-{one.request.platform.name}" if written else number)
            undo.callback(remove_folder, folder, files)
            write_folder(folder, files)
            written.append((folder, one))
        undo.pop_all()
    return written


def _new_folder(parent: Path, name: str) -> Path:
    """Make an empty folder; an earlier request for the same finding stays as it is."""
    try:
        parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        for attempt in count(1):
            folder = parent / (name if attempt == 1 else f"{name}-{attempt}")
            try:
                folder.mkdir(mode=_FOLDER_MODE)
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise OutputError(
            _(
                "{file} cannot be written ({error}); write the request with opsec export takedown into another folder",
                file=display_path(parent),
                error=error.strerror or str(error.errno),
            )
        ) from error
    raise AssertionError
