"""What officers decided about findings, and the rules by which they allow posts that are harmless."""

from dataclasses import dataclass, field
from typing import Literal

from opsec.model.vocabulary import Action

FindingState = Literal[
    "open", "confirmed", "takedown_requested", "acknowledged", "removed", "rejected", "reappeared", "dismissed"
]
AllowKind = Literal["account", "hash", "site", "place", "zone"]
STATES: tuple[FindingState, ...] = (
    "open", "reappeared", "confirmed", "takedown_requested", "acknowledged", "rejected", "removed", "dismissed",
)  # fmt: skip
"""In the order of lists: first what an officer still has to do something about."""
ALLOW_KINDS: tuple[AllowKind, ...] = ("account", "hash", "site", "place", "zone")
PENDING: frozenset[FindingState] = frozenset({"open", "reappeared", "confirmed", "takedown_requested", "acknowledged"})
"""States in which an officer or a platform still has to do something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The decision about a finding that is in force."""

    state: FindingState = "open"
    """``dismissed`` also for a finding that an allow rule hides."""
    decided_by: str | None = None
    """Who decided, or who made the allow rule; None while nobody has."""
    why: str | None = None
    until: str | None = None
    """Last day of a dismissal or of the allow rule, as an ISO 8601 date."""
    decided_at: str | None = None
    """RFC 3339, UTC."""
    expired: bool = False
    """The finding is open again because its dismissal ended after the day ``until``."""
    outdated: bool = False
    """The finding is open again because it rests on a position inside a fence, and did not when it was dismissed."""
    allow_rule: int | None = None
    """Number of the allow rule that hides the finding."""


UNDECIDED = Decision()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionChange:
    """One entry of the history of decisions, which is only ever added to."""

    seq: int
    """Number in the order in which all changes of a case were made."""
    fingerprint: str
    made_at: str
    """RFC 3339, UTC."""
    made_by: str
    from_state: FindingState
    to_state: FindingState
    why: str | None
    until: str | None
    undoes: int | None
    """Number of the change that this one undoes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFinding:
    """What a case file knows of a finding of one post."""

    number: str
    """By which pages name it; empty where nothing is kept."""
    decision: Decision
    first_seen_at: str
    """Earliest time at which it was seen in any post, RFC 3339, UTC."""
    copy_of: str | None
    """Fingerprint of the finding whose decisions apply to this one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowRule:
    """Posts that are known to be harmless: their findings are hidden until a day."""

    number: int
    kind: AllowKind
    value: str
    """Account without ``@``, SHA-256, id or code of a site, ``lat,lon,radius_m``, or ``zone`` or ``site/zone``."""
    why: str
    made_by: str
    made_at: str
    until: str
    """Last day on which it applies, as an ISO 8601 date."""
    hides: int = 0
    """Number of findings that it hides now."""


@dataclass(frozen=True, slots=True)
class FindingPost:
    """One post that a finding was made in."""

    path: str
    url: str | None
    posted_at: str | None
    author: str | None
    reach: int | None = None
    """How many people have seen it at least, as its record says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinding:
    """A finding of a case file with its posts and the decision in force."""

    fingerprint: str
    number: str
    site: str
    site_code: str
    rule: str
    action: Action
    likelihood: float
    severity: float
    first_seen_at: str
    last_seen_at: str
    decision: Decision
    copy_of: str | None
    is_new: bool
    """First seen in the last scan."""
    sha256: str | None
    """Of the medium; None for a post without one."""
    positions: tuple[tuple[float, float], ...]
    """Latitude and longitude of the outermost positions of its evidence."""
    posts: tuple[FindingPost, ...] = field(default_factory=tuple)
    """The post that was seen first stands first."""
