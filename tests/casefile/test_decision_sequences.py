"""Every sequence of decisions, undoing, scans and waiting agrees with a plain model; kill -9 leaves whole bulks."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from opsec.casefile.case_file import open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.serialisation import local_date
from opsec.casefile.state_changes import NEXT_STATES, is_already
from opsec.errors import UsageError
from opsec.model import FindingState
from opsec.model.decision import STATES
from tests.casefile.made import AT, Judged, a_finding, a_post, keep
from tests.casefile.test_decisions import decide, in_caption, states, with_finding

NAMES = ("a", "b", "c", "inside")
ENDED = {"removed", "rejected"}
SOME = st.lists(st.sampled_from(NAMES), min_size=1, unique=True)


class DecisionMachine(RuleBasedStateMachine):
    """The model: for each finding a stack of (state, last day) that undo pops; everything else is the case file's."""

    def __init__(self) -> None:
        super().__init__()
        self.case = open_case(":memory:")
        self.at = AT
        self.posts = dict.fromkeys(NAMES, 0)
        self.stacks: dict[str, list[tuple[FindingState, str | None]]] = {name: [] for name in NAMES}
        self.changes = dict.fromkeys(NAMES, 0)
        self.fingerprints = {name: self.scan_post(name, 0) for name in NAMES}

    def teardown(self) -> None:
        self.case.close()

    def scan_post(self, name: str, number: int) -> str:
        found = a_finding(name) if name == "inside" else in_caption(name)
        post = a_post(f"{name}{number}.mp4", content=name)
        keep(self.case, post, Judged(findings=[found]), at=self.at)
        return found.fingerprint

    def state_of(self, name: str) -> FindingState:
        if not self.stacks[name]:
            return "open"
        state, until = self.stacks[name][-1]
        return "open" if state == "dismissed" and until is not None and until < local_date(self.at) else state

    @rule(names=SOME, state=st.sampled_from(STATES), days=st.none() | st.integers(0, 3))
    def decide(self, names: list[str], state: FindingState, days: int | None) -> None:
        until = local_date(self.at + timedelta(days=days)) if days is not None and state == "dismissed" else None
        # Of several, those that have the state already are passed over; of one finding it is an error.
        anew = [name for name in names if not is_already(self.state_of(name), state)] or names
        allowed = all(state in NEXT_STATES[self.state_of(name)] for name in anew)
        allowed = allowed and not (state == "dismissed" and len(names) > 1 and "inside" in names)
        wanted = NewDecision(state=state, by="officer", why="because", until=until)
        given = [self.fingerprints[name] for name in names]
        if allowed:
            changed = self.case.decisions.decide(given, wanted, self.at)
            assert [not one.was_so for one in changed] == [name in anew for name in names]
            for name in anew:
                self.stacks[name].append((state, until))
                self.changes[name] += 1
        else:
            with pytest.raises(UsageError):
                self.case.decisions.decide(given, wanted, self.at)

    @rule(names=SOME)
    def undo(self, names: list[str]) -> None:
        given = [self.fingerprints[name] for name in names]
        if all(self.stacks[name] for name in names):
            self.case.decisions.undo(given, by="officer", why=None, at=self.at)
            for name in names:
                self.stacks[name].pop()
                self.changes[name] += 1
        else:
            with pytest.raises(UsageError):
                self.case.decisions.undo(given, by="officer", why=None, at=self.at)

    @rule(name=st.sampled_from(NAMES))
    def scan_again(self, name: str) -> None:
        self.scan_post(name, 0)

    @rule(name=st.sampled_from(NAMES))
    def scan_new_post(self, name: str) -> None:
        self.posts[name] += 1
        if self.state_of(name) in ENDED:
            self.stacks[name].append(("reappeared", None))
            self.changes[name] += 1
        self.scan_post(name, self.posts[name])

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @invariant()
    def the_case_agrees(self) -> None:
        found = {one.fingerprint: one for one in list_findings(self.case.transactions, FindingFilter(), self.at)}
        for name, fingerprint in self.fingerprints.items():
            decision = found[fingerprint].decision
            assert decision.state == self.state_of(name)
            assert len(self.case.decisions.history(fingerprint)) == self.changes[name], "nothing is ever taken out"
            assert len(found[fingerprint].posts) == self.posts[name] + 1


DecisionMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestSequences = DecisionMachine.TestCase


# ── kill -9 ───────────────────────────────────────────────────────────────────────────────────
WRITER = """
import itertools, sys
from tests.casefile.test_decisions import decide
from opsec.casefile.case_file import open_case
from opsec.casefile.finding_list import FindingFilter, list_findings
from tests.casefile.made import AT
with open_case(sys.argv[1]) as case:
    known = [one.fingerprint for one in list_findings(case.transactions, FindingFilter(), AT)]
    for number in itertools.count():
        decide(case, known, "dismissed" if number % 2 else "confirmed")
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 2, 5])
def test_a_kill_in_the_middle_of_a_bulk_leaves_all_of_it_or_none(tmp_path: Path, after: int) -> None:
    path = tmp_path / "case.db"
    with open_case(str(path)) as case:
        known = [with_finding(case, str(number)) for number in range(60)]
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    reported = [writer.stdout.readline() for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    reported += writer.stdout.read().split()
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    with open_case(str(path)) as case:
        assert len(set(states(case))) == 1
        lengths = {len(case.decisions.history(fingerprint)) for fingerprint in known}
        assert len(lengths) == 1
        assert lengths.pop() - len(reported) in (0, 1), "what was reported is stored; one more may just have been"
        decide(case, known[:1], "confirmed" if states(case)[0] == "dismissed" else "dismissed")
