"""How well names are found in texts: ``python -m tests.benchmarks.names.names [FOLDER]``.

Scores our own texts (``tests/texts``, other bases than any we tuned on) and, where it is on this machine, the
shared corpus, with the same counting: a mention is right when its base is right and the spans overlap; each true
mention counts once; predictions of one base that overlap are one. Then what each way of looking adds, and what
looking for ten thousand names costs.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsec.matching.names.matcher import ALL_WAYS, Named, Names, Way
from opsec.model import Site
from tests.benchmarks.corpus.metadata import shared_folder

OWN = Path(__file__).parent / "texts"
FLAGS = frozenset({"name", "spelling", "unit", "weak"})
ASKED = {
    "arabizi": ("arabizi",),
    "misspelt": ("misspelt",),
    "dialect": ("prefix_iraqi",),
    "unit numbers": ("unit_number", "unit_digits"),
    "sorani": ("sorani",),
    "weak": ("weak_with_context",),
}
"""Groups of categories whose recall is asked for."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text with the names that it truly holds."""

    id: str
    category: str
    text: str
    mentions: tuple[tuple[str, tuple[int, int]], ...]


@dataclass(slots=True)
class Score:
    """Names found, made up and missed."""

    found: int = 0
    made_up: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    by_category: dict[str, list[int]] = field(default_factory=dict)
    """Category → found, missed."""

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.made_up)) if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + len(self.missed)) if self.found else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.found else 0.0

    def recall_of(self, categories: Sequence[str]) -> float:
        """Recall over some categories; 1 when there is nothing to find."""
        found = sum(self.by_category.get(category, [0, 0])[0] for category in categories)
        missed = sum(self.by_category.get(category, [0, 0])[1] for category in categories)
        return found / (found + missed) if found + missed else 1.0


def sites_of(gazetteer: Path) -> tuple[Site, ...]:
    """The bases of a gazetteer as an officer would write them."""
    raw = json.loads(gazetteer.read_text("utf-8"))["bases"]
    return tuple(_site(base) for base in raw)


def _site(base: dict[str, Any]) -> Site:
    names: dict[str, list[str]] = {}
    for name in base["names"]:
        if not name["weak"]:
            names.setdefault(name["lang"], []).append(name["text"])
    weak = tuple(name["text"] for name in base["names"] if name["weak"])
    by_tongue = {tongue: tuple(texts) for tongue, texts in names.items()}
    return Site(id=base["id"], kind=base["kind"], code=base["id"], names=by_tongue, weak_names=weak)


def texts_of(path: Path) -> tuple[Text, ...]:
    """The texts of a file, one JSON object a line."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        Text(
            row["id"],
            row["category"],
            row["text"],
            tuple((m["base_id"], (m["span"][0], m["span"][1])) for m in row["mentions"]),
        )
        for row in rows
    )


def score(names: Names, texts: Sequence[Text], sorts: frozenset[str] | None = None) -> Score:
    """Hold what is met in each text against what it holds; only hits of these sorts count."""
    total = Score()
    for text in texts:
        _count(text, [met for met in names.meet(text.text) if sorts is None or met.sort in sorts], total)
    return total


def _count(text: Text, met: Sequence[Named], total: Score) -> None:
    left = list(text.mentions)
    category = total.by_category.setdefault(text.category, [0, 0])
    for site, span, sort in _merged(met):
        hit = next((true for true in left if true[0] == site and _overlap(true[1], span)), None)
        if hit is not None:
            left.remove(hit)
            total.found += 1
            category[0] += 1
        elif not any(true[0] == site and _overlap(true[1], span) for true in text.mentions):
            total.made_up.append(f"{text.id} {text.category} {sort} {site}: {text.text}")
    total.missed += [f"{text.id} {text.category} {site}: {text.text}" for site, _span in left]
    category[1] += len(left)


def _merged(met: Sequence[Named]) -> Iterator[tuple[str, tuple[int, int], str]]:
    merged: list[tuple[str, tuple[int, int], str]] = []
    for one in sorted(met, key=lambda one: (one.site.id, one.span)):
        if merged and merged[-1][0] == one.site.id and _overlap(merged[-1][1], one.span):
            site, span, sort = merged.pop()
            merged.append((site, (span[0], max(span[1], one.span[1])), sort))
        else:
            merged.append((one.site.id, one.span, one.sort))
    yield from merged


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def false_flags(names: Names, lines: Sequence[str]) -> list[str]:
    """Texts that hold no name and are flagged all the same."""
    return [line for line in lines if any(met.sort in FLAGS for met in names.meet(line))]


def cost_s(texts: Sequence[str], count: int = 10_000, seed: int = 4) -> tuple[float, float]:
    """Seconds to make ready this many made-up names, and to look for them in 1,000 of these texts."""
    sites = made_up_sites(count, seed)
    captions = [texts[index % len(texts)] for index in range(1_000)]
    began = time.process_time()
    names = Names(sites)
    ready = time.process_time()
    for caption in captions:
        list(names.meet(caption))
    return ready - began, time.process_time() - ready


def made_up_sites(names: int, seed: int) -> tuple[Site, ...]:
    """Sites with an Arabic and an English name each, of letters that make no word."""
    chance = random.Random(seed)
    kinds = (("معسكر", "Camp"), ("قاعدة", "Base"), ("ثكنة", "Barracks"), ("سيطرة", "Checkpoint"), ("ميدان", "Range"))

    def word(letters: str, least: int, most: int) -> str:
        return "".join(chance.choice(letters) for _ in range(chance.randint(least, most)))

    sites = []
    for number in range(names // 2):
        arabic, english = chance.choice(kinds)
        first = f"{arabic} ال{word('ابتثجحخدذرزسشصضطظعغفقكلمنهوي', 4, 7)}"
        second = f"{word('abcdefghijklmnoprstuwyz', 5, 9).title()} {english}"
        sites.append(Site(id=f"s{number}", kind="base", code=f"S{number}", names={"ar": (first,), "en": (second,)}))
    return tuple(sites)


def report(title: str, folder: Path, gazetteer: str, texts: str) -> Iterator[str]:
    """The figures of one set of texts, a line at a time."""
    sites, captions = sites_of(folder / gazetteer), texts_of(folder / texts)
    names = Names(sites)
    everything, flags = score(names, captions), score(names, captions, FLAGS)
    yield f"{title}: {len(captions)} texts, {everything.found + len(everything.missed)} mentions"
    for tier, figures in (("all tiers", everything), ("flag tier", flags)):
        yield (
            f"  {tier}: P {figures.precision:.3f} R {figures.recall:.3f} F1 {figures.f1:.3f} "
            f"(found {figures.found}, made up {len(figures.made_up)}, missed {len(figures.missed)})"
        )
    yield "  recall: " + ", ".join(f"{title} {everything.recall_of(group):.2f}" for title, group in ASKED.items())
    yield from (f"  missed  {line}" for line in everything.missed)
    yield from (f"  made up {line}" for line in everything.made_up)
    yield from (f"  {line}" for line in _ablation(sites, captions))


def _ablation(sites: Sequence[Site], texts: Sequence[Text]) -> Iterator[str]:
    """What is lost when one way of looking is left out, and what one alone finds."""
    ways: tuple[Way, ...] = ("written", "units", "heard", "typed", "near")
    for way in ways:
        less, alone = score(Names(sites, ALL_WAYS - {way}), texts), score(Names(sites, _with(way)), texts)
        yield f"without {way}: R {less.recall:.3f} F1 {less.f1:.3f}; alone: R {alone.recall:.3f} F1 {alone.f1:.3f}"


def _with(way: Way) -> frozenset[Way]:
    """One way alone; ``near`` only works beside a kind of place."""
    alone: frozenset[Way] = frozenset({way})
    return alone | {"typed"} if way == "near" else alone


def main() -> int:
    """Measure and print."""
    lines = list(report("own texts", OWN, "own_gazetteer.json", "own.jsonl"))
    shared = shared_folder(sys.argv[1] if len(sys.argv) > 1 else None)
    captions = [text.text for text in texts_of(OWN / "own.jsonl")]
    if shared is not None:
        folder = shared / "corpus" / "text"
        lines += report("shared corpus", folder, "gazetteer.json", "captions.jsonl")
        extra = (folder / "extra_negatives.txt").read_text("utf-8").splitlines()
        false = false_flags(Names(sites_of(folder / "gazetteer.json")), extra)
        lines += [
            f"  flagged of {len(extra)} extra texts without a name: {len(false)}",
            *(f"    {one}" for one in false),
        ]
        captions += [text.text for text in texts_of(folder / "captions.jsonl")]
    else:
        lines.append("The shared corpus is not on this machine: only our own texts were measured.")
    ready_s, looked_s = cost_s(captions)
    lines.append(f"10,000 names: made ready in {ready_s:.2f} s, looked for in 1,000 captions in {looked_s:.2f} s")
    lines.append(f"categories of our own texts: {dict(Counter(text.category for text in texts_of(OWN / 'own.jsonl')))}")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
