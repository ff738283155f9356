"""Compare two documents clip by clip."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from tests.benchmarks.compare.inputs import RUNS, print_line
from tests.benchmarks.compare.run_scans import _runs

# ── diff ──────────────────────────────────────────────────────────────────────────────────────
SENTENCES = frozenset({"why", "reason", "reason_ar", "note", "likelihood_words", "score_words"})
"""Keys whose values are texts for people."""

NOT_RESULTS = frozenset({"settings_sha256"})

DOCUMENT = "(document)"
"""Stands for all of a scan that is not one of its clips."""

MAX_EACH = 3
"""Differences printed of one clip."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a difference."""

    tolerance: float
    sentences: bool
    ignored: frozenset[str]

    @property
    def left_out(self) -> frozenset[str]:
        """Keys that are not compared."""
        return NOT_RESULTS | self.ignored | (frozenset() if self.sentences else SENTENCES)


@dataclass(frozen=True, slots=True)
class Difference:
    """A path in the JSON of a clip where two results differ."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_short(self.before)} → {_short(self.after)}"


@dataclass(slots=True)
class Tally:
    """What was compared of one set."""

    clips: int = 0
    equal: int = 0
    only_sentences: int = 0
    """Clips that are equal but for sentences, where these do not count."""
    differences: dict[str, list[Difference]] = field(default_factory=dict)
    """By clip."""


class _Absent:
    """Stands for a value that one of the results does not have."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = _Absent()


def diff(before: Path, after: Path, rules: Rules, show: int, only: Sequence[str] | None = None) -> int:
    """Compare two folders of results set by set; 1 when anything differs, 2 when there is nothing to compare."""
    old, new = (_results(folder, only) for folder in (before, after))
    if not old or not new:
        print_line(f"no results in {before if not old else after}")
        return 2
    runs = [_runs(folder) for folder in (before, after)]
    alike = True
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in old or name not in new:
            print_line(f"{name}: only in {before if name in old else after}")
            alike = False
            continue
        codes = [run.get(name, {}).get("exit_code") for run in runs]
        tally = compare(json.loads(old[name].read_bytes()), json.loads(new[name].read_bytes()), rules)
        if codes[0] != codes[1]:
            tally.differences.setdefault(DOCUMENT, []).append(Difference("exit code", *codes))
        report(name, tally, show)
        alike &= not tally.differences
    print_line("equal" if alike else "NOT EQUAL")
    return int(not alike)


def _results(folder: Path, only: Sequence[str] | None) -> dict[str, Path]:
    found = {path.stem: path for path in sorted(folder.glob("*.json")) if path.name != RUNS}
    return {name: path for name, path in found.items() if only is None or name in only}


def compare(before: dict[str, Any], after: dict[str, Any], rules: Rules) -> Tally:
    """Compare two scans of one set clip by clip."""
    tally = Tally()
    clips = [_by_path(scan.pop("clips")) for scan in (before, after)]
    for scan in (before, after):
        scan.get("program", {}).pop("version", None)
    found = list(differences(before, after, rules, "$"))
    if set(clips[0]) == set(clips[1]):
        places = enumerate(zip(*clips, strict=True))
        moved_to = (Difference(f"$.clips[{number}] (order)", *pair) for number, pair in places if pair[0] != pair[1])
        found += islice(moved_to, 1)
    if found:
        tally.differences[DOCUMENT] = found
    every = Rules(rules.tolerance, sentences=True, ignored=rules.ignored)
    for path in dict.fromkeys([*clips[0], *clips[1]]):
        pair = [some.get(path, ABSENT) for some in clips]
        found = list(differences(pair[0], pair[1], rules, "$"))
        tally.clips += 1
        tally.equal += not found
        tally.only_sentences += not found and any(differences(pair[0], pair[1], every, "$"))
        if found:
            tally.differences[path] = found
    return tally


def _by_path(clips: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The clips by path, in their order; a path that comes again gets a number."""
    seen: Counter[str] = Counter()
    named: dict[str, dict[str, Any]] = {}
    for clip in clips:
        seen[clip["path"]] += 1
        again = seen[clip["path"]]
        named[clip["path"] if again == 1 else f"{clip['path']} ({again})"] = clip
    return named


def differences(before: Any, after: Any, rules: Rules, path: str) -> Iterator[Difference]:
    """All places where two values differ: keys and their order, items and their order, types and values."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [[key for key in one if key not in rules.left_out] for one in (before, after)]
        for key in dict.fromkeys([*keys[0], *keys[1]]):
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), rules, f"{path}.{key}")
        if keys[0] != keys[1] and set(keys[0]) == set(keys[1]):
            yield Difference(f"{path} (order of keys)", *keys)
    elif isinstance(before, list) and isinstance(after, list):
        for number in range(max(len(before), len(after))):
            pair = [some[number] if number < len(some) else ABSENT for some in (before, after)]
            yield from differences(pair[0], pair[1], rules, f"{path}[{number}]")
    elif not _same(before, after, rules.tolerance):
        yield Difference(path, before, after)


def _same(before: Any, after: Any, tolerance: float) -> bool:
    if tolerance and _is_number(before) and _is_number(after):
        return bool(abs(before - after) <= tolerance)
    return type(before) is type(after) and bool(before == after)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def report(name: str, tally: Tally, show: int) -> None:
    """Print the counts of one set, where in the JSON the differences are, and the first of them."""
    note = f", {tally.only_sentences} of them with other sentences" if tally.only_sentences else ""
    print_line(f"{name}: {tally.clips} clips, {tally.equal} equal{note}")
    if not tally.differences:
        return
    kinds = Counter(_kind(one.path) for some in tally.differences.values() for one in some)
    print_line("  where: " + ", ".join(f"{kind} ×{count}" for kind, count in kinds.most_common(12)))
    shown = 0
    for clip, some in tally.differences.items():
        for one in some[: min(MAX_EACH, show - shown)]:
            print_line(f"  {clip}  {one}")
        shown += min(MAX_EACH, len(some))
        if shown >= show:
            break


def _kind(path: str) -> str:
    """A JSON path without the numbers of items.

    >>> _kind("$.hints[12].box[0]")
    '$.hints[].box[]'
    """
    return "".join(part if number == 0 else "[]" + part.split("]", 1)[1] for number, part in enumerate(path.split("[")))


def _short(value: Any, limit: int = 120) -> str:
    text = repr(value) if isinstance(value, _Absent) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
