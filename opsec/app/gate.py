"""Use case of a posting desk: may these files be posted? Nothing is copied and nothing is kept."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from opsec.app.scan import scan
from opsec.app.scan_session import Listener
from opsec.casefile.database import MEMORY
from opsec.casefile.temporary_folder import temporary_folder
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _
from opsec.ingest.discovery import NothingToScanError
from opsec.model import FLAGGING, Action, Reason, Result
from opsec.model.reasons import REASONS
from opsec.settings import Settings

Answer = Literal["post", "do_not_post", "not_checked"]
STANDARD_INPUT = "-"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """The answer for one file."""

    path: str
    answer: Answer
    action: Action
    rules: tuple[str, ...] = ()
    """Rules by which it exposes a site."""
    reasons: tuple[Reason, ...] = ()
    """Why it was not fully checked."""
    remarks: tuple[Reason, ...] = ()
    """That it was read with weak isolation."""


def gate(
    path: str,
    *,
    stdin: BinaryIO | None = None,
    sites: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
) -> tuple[GateAnswer, ...]:
    """Scan what is about to be posted.

    Parameters
    ----------
    path
        File or folder, or ``-`` for one file on standard input.
    stdin
        Standard input, for ``-``.
    sites, settings, listener
        As for ``opsec.app.scan.scan``; the case file is not written, and no decision in it hides anything here.

    Raises
    ------
    UsageError, OutputError, SettingsError, SitesError
        There is nothing to check, or the temporary copy of standard input cannot be written.
    """
    settings = settings or Settings()
    if path != STANDARD_INPUT:
        return _answers(Path(path), sites, settings, listener)
    if stdin is None:
        raise UsageError(_("there is no standard input; pipe one photo or video in"))
    with _stdin_file(stdin, settings) as copied:
        try:
            found = _answers(copied, sites, settings, listener)
        except NothingToScanError as error:  # its sentence names the temporary file
            raise UsageError(
                _("standard input is not a photo or a video; pipe one in, as with opsec clean --gate - < clip.mp4")
            ) from error
        return tuple(replace(one, path=STANDARD_INPUT) for one in found)


def _answers(
    path: Path, sites: str | os.PathLike[str] | None, settings: Settings, listener: Listener | None
) -> tuple[GateAnswer, ...]:
    done = scan([path], sites=sites, case=MEMORY, settings=settings, listener=listener)
    hiding = [
        one for one in done.skipped if REASONS[one.reason.code].hides_clip and not REASONS[one.reason.code].remark
    ]
    skipped = (GateAnswer(one.path, "not_checked", "nothing_found", reasons=(one.reason,)) for one in hiding)
    return (*map(_answer, done.results), *skipped)


def _answer(result: Result) -> GateAnswer:
    coverage = result.clip.coverage
    exposing = [finding for finding in result.findings if finding.action in FLAGGING]
    answer: Answer = "post" if coverage.status == "read" else "not_checked"
    if exposing or result.verdict.action in FLAGGING:
        answer = "do_not_post"
    return GateAnswer(
        path=result.clip.path,
        answer=answer,
        action=result.verdict.action,
        rules=tuple(dict.fromkeys(match.rule for match in result.matches)) if answer == "do_not_post" else (),
        reasons=coverage.reasons if coverage.status != "read" else (),
        remarks=tuple(one for one in coverage.reasons if one.code == "weak_isolation"),
    )


@contextmanager
def _stdin_file(stdin: BinaryIO, settings: Settings) -> Iterator[Path]:
    """Copy standard input into a private folder, which is removed afterwards.

    It lies where the case file of the settings is or would be, if files can be written there: that is the officer's own
    disk, which a shared ``/tmp`` is not.
    """
    beside = temporary_folder(MEMORY, settings.case)
    try:
        with tempfile.TemporaryDirectory(prefix=".opsec-", dir=beside) as folder:  # mode 0700
            copied = Path(folder) / "clip"
            with os.fdopen(os.open(copied, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                _copy_bytes(stdin, out, settings.limits.file_mib)
            yield copied
    except OSError as error:
        raise OutputError(
            _(
                "standard input cannot be kept for the check ({error}); free some space, or set TMPDIR",
                error=error.strerror or type(error).__name__,
            )
        ) from error


def _copy_bytes(stdin: BinaryIO, out: BinaryIO, limit_mib: int) -> None:
    left = limit_mib << 20
    while chunk := stdin.read(min(_CHUNK_BYTES, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise UsageError(
                _(
                    "standard input has more than {limit_mib} MiB; raise limits.file_mib in opsec.toml",
                    limit_mib=limit_mib,
                )
            )
        out.write(chunk)
