"""Use case of a copy fit to post: the clip is scanned, copied without what exposes a site, and the copy scanned again.

The original is only ever opened for reading. The copy is made by a worker process that has no sites; it gets boxes and
times. A copy is called clean only when every required check ran on it and nothing at ``review`` or above remains.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from opsec.app.blur_plan import blur_regions, whole_frames
from opsec.app.scan import load_own_sites, record_weak_isolation, resources_from
from opsec.app.scan_clip import scan_clip
from opsec.casefile.case_file import exists, open_case
from opsec.casefile.database import MEMORY, case_files
from opsec.casefile.temporary_folder import temporary_folder
from opsec.cleaning.clip_copy import copy_formats
from opsec.cleaning.records import BlurRegion, CopyFacts, CopyFormat, CopyOrder, SoundChoice
from opsec.errors import OpsecError, OutputError, RenderError, UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.reasons import make_reason, reason_message
from opsec.i18n.safe_text import decode_path, display_path
from opsec.ingest.discovery import PostFiles, discover_posts
from opsec.ingest.source import CannotOpenError, FileSource, Unpacker
from opsec.matching.matcher import SiteIndex
from opsec.model import FLAGGING, Match, PostFile, ReadPost, Reason, Result
from opsec.reports.atomic_write import PendingFile, check_writable, write_error_message
from opsec.runtime.program_faults import fault_of
from opsec.sandbox.protocol import CopyRequest
from opsec.sandbox.read_posts import read_posts
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Settings

Outcome = Literal["clean", "unclean", "not_checked"]
MAX_ATTEMPTS = 4
"""Copies of one clip that are made and scanned, at most."""
_FORMATS: dict[str, CopyFormat] = {".mp4": "mp4", ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png"}


@dataclass(frozen=True, slots=True)
class CopyChoices:
    """What an officer chooses for a copy."""

    sound: SoundChoice = "keep"
    new_caption: bool = False
    """The copy will be posted with other words: those beside the clip are not judged with it."""
    replace: bool = False
    """A file of that name may be replaced."""
    keep_unclean: bool = False
    """Write the copy even if it is not clean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedCopy:
    """A copy, and what the scans before and after it found."""

    outcome: Outcome
    is_written: bool
    before: Result
    after: Result
    """The copy with the words beside the clip, unless it will be posted with others."""
    alone: Result
    """The copy without any words but its name."""
    facts: CopyFacts
    site_codes: dict[str, str]
    """Site id → the code that shared reports use."""
    tracks_left_out: bool = False
    """A file beside the clip has a track; it is not part of the copy."""

    def removed(self) -> list[Match]:
        """Return the matches of the original that the copy no longer gives."""
        left = {_identity(match, self.after) for match in self.after.matches}
        return [match for match in self.before.matches if _identity(match, self.before) not in left]

    def remaining(self) -> list[tuple[Match, bool]]:
        """Return the matches of the copy, each with whether the words beside the clip give it, not the copy itself."""
        own = {_identity(match, self.alone) for match in self.alone.matches}
        return [(match, _identity(match, self.after) not in own) for match in self.after.matches]


def clean(
    clip: Path,
    copy: Path,
    *,
    sites: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    choices: CopyChoices | None = None,
) -> CleanedCopy:
    """Make a copy of a clip that is fit to post, and check it.

    Parameters
    ----------
    clip
        A photo or a video; files of the same name beside it count as its post.
    copy
        File to write: MP4 for a video, JPEG or PNG for a photo.
    sites, settings
        As for ``opsec.app.scan.scan``.
    choices
        Default: sound kept, no file replaced, an unclean copy not written.

    Raises
    ------
    UsageError
        The clip is not one, is the copy itself, or cannot be copied in this format.
    OutputError
        The copy exists already or cannot be written.
    SettingsError, SitesError, CaseError
        As for a scan.
    RenderError
        The copy was not made because of a fault in this program.
    """
    settings, choices = settings or Settings(), choices or CopyChoices()
    _check_paths(clip, copy, replace_=choices.replace)
    case = settings.case if exists(settings.case) else MEMORY  # it keeps the features of the landmarks
    ours = load_own_sites(sites, settings, case)
    excluded = [Path(one) for one in (sites or settings.sites, *case_files(case))]
    with ExitStack() as stack:
        with Supervisor(settings.limits, resources=resources_from(settings)) as worker:
            unpacker = Unpacker(worker.unpack, temporary_folder(case))
            found = discover_posts([clip], settings.limits, worker.read, unpacker, excluded)
            post = _only_post(clip, found.posts)
            _refuse_files_of(post, copy)
            ((_number, read),) = read_posts([post], worker, lambda _sha256, _kind: None, settings.limits)
            pending = stack.enter_context(_pending_copy(copy))
            made = _CopyMaker(worker, ours, settings, choices, read, copy).make(post, pending)
            missing_parts = worker.missing_parts
        if missing_parts and case != MEMORY:
            with open_case(case) as case_file:
                record_weak_isolation(case_file, missing_parts)
        if made.outcome != "clean" and not choices.keep_unclean:
            return made
        with FileSource(decode_path(copy), str(pending.path)).open(settings.limits) as written:
            if written.sha256 != made.alone.clip.sha256:  # the process that wrote it had it open until now
                raise OutputError(_("{file} was changed while it was checked; run again", file=display_path(copy)))
        pending.commit(replace=choices.replace)
        return replace(made, is_written=True)


@dataclass(frozen=True, slots=True)
class _CopyMaker:
    """Makes copies of one clip until nothing is left to blur."""

    worker: Supervisor
    ours: SiteIndex
    settings: Settings
    choices: CopyChoices
    post: ReadPost
    """The original, as it was read."""
    copy: Path

    def make(self, files: PostFiles, pending: PendingFile) -> CleanedCopy:
        """Make the copy; what is still recognised in it is blurred too, at last by blurring whole frames."""
        before = scan_clip(self.post, self.ours, self.settings)
        medium = next(part for part in self.post.parts if part.role == "media")
        copy_format = _format_for(self.copy, medium)
        regions: list[BlurRegion] = [*blur_regions(before)]
        for attempt in range(MAX_ATTEMPTS):
            facts = self._write(files, medium, CopyOrder(copy_format, self.choices.sound, tuple(regions)), pending.file)
            part = self._read(pending.path)
            alone = self._judge((part,))
            seen = blur_regions(alone) if alone.verdict.action != "nothing_found" else ()
            if not seen:
                break
            regions += seen if attempt < MAX_ATTEMPTS // 2 else whole_frames(seen)
        beside = [_without_tracks(one) for one in self.post.parts if one.role == "sidecar"]
        after = alone if self.choices.new_caption else self._judge((part, *beside), words=True)
        return CleanedCopy(
            outcome=_outcome(after),
            is_written=False,
            before=before,
            after=after,
            alone=alone,
            facts=facts,
            site_codes={site.id: site.code for site in self.ours.sites},
            tracks_left_out=any(
                hint.kind == "track" for one in self.post.parts if one.role == "sidecar" for hint in one.reading.hints
            ),
        )

    def _write(self, files: PostFiles, medium: PostFile, order: CopyOrder, out: BinaryIO) -> CopyFacts:
        assert files.media is not None
        assert medium.kind is not None
        try:
            with files.media.open(self.settings.limits) as clip:
                if clip.sha256 != medium.sha256:
                    raise UsageError(_not_cleaned(self.post.path, make_reason("changed")))
                return self.worker.copy(clip, CopyRequest(medium.kind, order), medium.reading.claim, out)
        except CannotOpenError as refused:
            raise _copy_error(refused.reason, self.post.path, self.copy) from refused

    def _read(self, written: Path) -> PostFile:
        """Read the copy as any other clip."""
        source = FileSource(decode_path(self.copy), str(written))
        try:
            with source.open(self.settings.limits) as file:
                reading = self.worker.read(file)
                return PostFile(role="media", path=source.path, sha256=file.sha256, kind=file.kind, reading=reading)
        except CannotOpenError as refused:
            raise _copy_error(refused.reason, self.post.path, self.copy) from refused

    def _judge(self, parts: Sequence[PostFile], *, words: bool = False) -> Result:
        listed = self.post.listed if words else None
        reasons = self.post.reasons if words else ()
        read = ReadPost(path=decode_path(self.copy), parts=tuple(parts), listed=listed, reasons=reasons)
        return scan_clip(read, self.ours, self.settings)


def _outcome(after: Result) -> Outcome:
    """Judge a copy: what remains wins over what was not checked, as in the exit code of a scan."""
    if any(finding.action in FLAGGING for finding in after.findings) or after.verdict.action in FLAGGING:
        return "unclean"
    return "clean" if after.clip.coverage.status == "read" else "not_checked"


def _identity(match: Match, result: Result) -> tuple[str, str, str | None, str, str | None]:
    """Return what makes a match of the original and one of the copy the same."""
    hint = next(hint for hint in result.clip.hints if hint.id == match.hint_ids[0])
    return match.rule, match.site, match.landmark, hint.field, hint.text


def _without_tracks(part: PostFile) -> PostFile:
    """Return a file beside the clip without its tracks, which are not part of a post."""
    kept = tuple(hint for hint in part.reading.hints if hint.kind != "track")
    return replace(part, reading=replace(part.reading, hints=kept))


# ── paths ─────────────────────────────────────────────────────────────────────────────────────
def _check_paths(clip: Path, copy: Path, *, replace_: bool) -> None:
    """Refuse what would touch the original or another file, before the scan, which may take minutes."""
    shown = display_path(copy)
    if copy.suffix.lower() not in _FORMATS:
        raise UsageError(
            _("{file}: a copy is written as .mp4 for a video, .jpg or .png for a photo; choose such a name", file=shown)
        )
    check_writable(copy)
    if copy.exists() and clip.exists() and copy.samefile(clip):
        raise UsageError(_("{file} is the original, which stays as it is; choose another name after -o", file=shown))
    if copy.exists() and not replace_:
        raise OutputError(_("{file} exists already; choose another name, or replace it with --force", file=shown))


def _refuse_files_of(post: PostFiles, copy: Path) -> None:
    """Refuse a copy that would replace a file of the post, such as its caption."""
    paths = [source.os_path for source in (post.media, *post.sidecars) if isinstance(source, FileSource)]
    if copy.exists() and any(copy.samefile(one) for one in paths):
        raise UsageError(
            _("{file} belongs to the post of the clip; choose another name after -o", file=display_path(copy))
        )


def _only_post(clip: Path, posts: Sequence[PostFiles]) -> PostFiles:
    """Return the post of the clip.

    Raises
    ------
    UsageError
        The file is no photo and no video.
    """
    shown = decode_path(clip)
    for post in posts:
        if post.path == shown and post.media is not None:
            return post
        if post.path == shown and post.unread is not None:
            raise UsageError(_not_cleaned(shown, post.unread))
    raise UsageError(
        _("{file} is not a photo or a video; name one clip, taken out of its archive", file=display_path(clip))
    )


def _format_for(copy: Path, medium: PostFile) -> CopyFormat:
    """Return the format that the name of the copy asks for.

    Raises
    ------
    UsageError
        The clip could not be opened, or has no copy in this format.
    """
    if medium.kind is None or not copy_formats(medium.kind):
        raise UsageError(_not_cleaned(medium.path, *medium.reading.reasons[:1]))
    wanted, possible = _FORMATS[copy.suffix.lower()], copy_formats(medium.kind)
    if wanted not in possible:
        endings = ", ".join(ending for ending, name in _FORMATS.items() if name in possible)
        raise UsageError(
            _(
                "{file}: a copy of this clip is written as {endings}; choose such a name after -o",
                file=display_path(copy),
                endings=endings,
            )
        )
    return wanted


@contextmanager
def _pending_copy(copy: Path) -> Iterator[PendingFile]:
    """Create the file of the copy under a name of its own; errors name the copy.

    Raises
    ------
    OutputError
        It cannot be created or written.
    """
    try:
        with PendingFile(copy) as pending:
            yield pending
    except FileExistsError as error:
        raise OutputError(
            _("{file} exists already; choose another name, or replace it with --force", file=display_path(copy))
        ) from error
    except OSError as error:
        raise OutputError(write_error_message(copy, error)) from error


# ── messages ──────────────────────────────────────────────────────────────────────────────────
def _not_cleaned(path: str, *why: Reason) -> Message:
    reason = reason_message(why[0]) if why else _("this version cannot read files of this type")
    return _("{file} cannot be cleaned: {reason}", file=display_path(path), reason=reason)


def _copy_error(why: Reason, clip: str, copy: Path) -> OpsecError:
    """Return the error for a copy that was not made: the disk is to blame, this program, or the clip."""
    if why.code == "copy_not_written":
        number = int(dict(why.blanks)["number"].replace(",", ""))
        return OutputError(write_error_message(copy, OSError(number, os.strerror(number))))
    fault = fault_of(why)
    if fault is not None:
        return RenderError(
            _(
                "{file} cannot be cleaned because of a fault in this program ({fault}); run opsec doctor and report it",
                file=display_path(clip),
                fault=fault,
            )
        )
    return UsageError(_not_cleaned(clip, why))
