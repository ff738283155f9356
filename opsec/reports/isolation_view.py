"""Which results rest on files that a process without its whole lock has read; pages say so before anything else."""

from collections.abc import Iterable
from dataclasses import dataclass

from opsec.i18n.messages import Message, ngettext
from opsec.model import Reason


@dataclass(frozen=True, slots=True)
class WeakIsolation:
    """Clips that were read with weak isolation."""

    clips: int
    missing_parts: tuple[str, ...]
    """Parts of the lock that were not in force, in order."""

    @property
    def message(self) -> Message:
        """The sentence for the head of a report."""
        return ngettext(
            "{n} clip was read with weak isolation: the reading process lacked a part of its lock ({parts}); "
            "run opsec doctor to see why",
            "{n} clips were read with weak isolation: the reading process lacked a part of its lock ({parts}); "
            "run opsec doctor to see why",
            self.clips,
            parts=", ".join(self.missing_parts),
        )


def weak_isolation(clips: Iterable[Iterable[Reason]]) -> WeakIsolation | None:
    """Return how many clips were read with weak isolation, from the reasons and remarks on each; None if none was."""
    missing = [
        {part for one in reasons if one.code == "weak_isolation" for part in dict(one.blanks)["parts"].split(", ")}
        for reasons in clips
    ]
    weak = [parts for parts in missing if parts]
    return WeakIsolation(len(weak), tuple(sorted(set().union(*weak)))) if weak else None
