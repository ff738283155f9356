"""Which change of a finding's state is allowed, and the sentence for one that is not.

    open ─▶ confirmed ─▶ takedown_requested ─▶ acknowledged ─▶ removed | rejected ─▶ reappeared
      └───────┴─▶ dismissed (perhaps until a day)

Requesting the takedown of an open finding confirms it. A platform may answer without acknowledging
first. Only a scan that finds the clip in a new post sets ``reappeared``.
"""

from collections.abc import Mapping, Sequence
from functools import reduce

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.terms import FINDING_STATE
from opsec.model import FindingState

NEXT_STATES: Mapping[FindingState, tuple[FindingState, ...]] = {
    "open": ("confirmed", "takedown_requested", "dismissed"),
    "confirmed": ("takedown_requested", "dismissed", "open"),
    "takedown_requested": ("acknowledged", "removed", "rejected", "confirmed"),
    "acknowledged": ("removed", "rejected", "takedown_requested"),
    "removed": ("confirmed",),
    "rejected": ("takedown_requested", "confirmed", "dismissed"),
    "reappeared": ("confirmed", "takedown_requested", "dismissed"),
    "dismissed": ("open", "confirmed", "dismissed"),
}
"""Current state → the states that an officer may change it to. A dismissal may be given a new reason or a new day."""
ENDED: frozenset[FindingState] = frozenset({"removed", "rejected"})
"""States that a new post of the same clip turns into ``reappeared``."""
NEEDS_REASON: frozenset[FindingState] = frozenset({"dismissed", "rejected"})


class StateChangeError(UsageError):
    """A finding cannot go from its state to the one that was asked for."""

    def __init__(self, shown: str, now: FindingState, wanted: FindingState) -> None:
        super().__init__(
            _(
                "finding {number} cannot go from “{now}” to “{wanted}”; possible: {states}",
                number=shown,
                now=FINDING_STATE[now],
                wanted=FINDING_STATE[wanted],
                states=_possible(NEXT_STATES[now]),
            )
        )
        self.shown, self.now, self.wanted = shown, now, wanted


def _possible(states: Sequence[FindingState]) -> Message:
    """Return the words of states, and the names that are typed for them."""
    words = reduce(
        lambda before, last: _("{before}, {last}", before=before, last=last), [FINDING_STATE[one] for one in states]
    )
    return _("{words} (write --state {names})", words=words, names="|".join(states))


def is_already(now: FindingState, wanted: FindingState) -> bool:
    """Return whether a finding has a state that cannot be given to it once more, as a dismissal can."""
    return wanted == now and wanted not in NEXT_STATES[now]


def check_change(shown: str, now: FindingState, wanted: FindingState) -> None:
    """Check that a change is allowed.

    Parameters
    ----------
    shown
        How the user named the finding.
    now, wanted
        Its state, and the one to change to.

    Raises
    ------
    UsageError
        It is not; for ``StateChangeError`` the sentence names the states that are possible.
    """
    if wanted in NEXT_STATES[now]:
        return
    if is_already(now, wanted):
        raise UsageError(_("finding {number} is already in the state {state}", number=shown, state=FINDING_STATE[now]))
    raise StateChangeError(shown, now, wanted)
