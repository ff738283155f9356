"""What is said beside a result: the last line with its four counts, and every clip that was not fully checked."""

from collections.abc import Iterator

from opsec.language import Lang, Message, _, counted, current
from opsec.model import Counts, Coverage, Scan
from opsec.report.masking import shown_path, shown_reason


def last_line(counts: Counts) -> Message:
    """The last line of every scan: all four counts, always, also when they are 0."""
    return counted(
        "{n} clip: {read} read, {flagged} flagged, {hidden} hidden by decisions, {unsure} not fully checked",
        "{n} clips: {read} read, {flagged} flagged, {hidden} hidden by decisions, {unsure} not fully checked",
        counts.clips,
        read=counts.read,
        flagged=counts.flagged,
        hidden=counts.hidden,
        unsure=counts.not_fully_checked,
    )


def trouble_lines(scan: Scan) -> Iterator[Message]:
    """One line a clip that was not or not fully read, then one a file that was left out; in the language in use."""
    lang = current()
    for result in scan.results:
        clip = result.clip
        if clip.coverage.status == "partly":
            yield _("{file}: partly read: {reason}", file=shown_path(clip.path), reason=reasons(clip.coverage, lang))
        elif clip.coverage.status == "unread":
            yield _("{file}: not read: {reason}", file=shown_path(clip.path), reason=reasons(clip.coverage, lang))
    for skipped in scan.skipped:
        yield _("{file}: left out: {reason}", file=shown_path(skipped.path), reason=shown_reason(skipped.reason, lang))


def reasons(coverage: Coverage, lang: Lang) -> str:
    """All reasons of a clip in one line."""
    return ("؛ " if lang == "ar" else "; ").join(shown_reason(reason, lang) for reason in coverage.reasons)
