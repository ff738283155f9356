"""Precision and recall of names in texts: ``python -m tests.benchmarks names [--shared FOLDER]``.

Scores our own texts (``texts``, with bases that were not used for tuning) and, where it is available, the
shared corpus, in the same strategy: a mention is correct when its base is correct and the spans overlap; each true
mention counts once; overlapping predictions of one base count as one. Then prints what each match strategy adds, and
the cost of ten thousand names.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opsec.matching.names.matcher import ALL_STRATEGIES, MatchStrategy, NameMatch, NameMatcher
from opsec.model import Site
from tests.benchmarks.corpus.metadata import shared_folder

OWN_TEXTS = Path(__file__).parent / "texts"
FLAG_KINDS = frozenset({"name", "spelling", "unit", "weak", "disguised"})
REQUIRED_GROUPS = {
    "arabizi": ("arabizi",),
    "misspelt": ("misspelt",),
    "dialect": ("prefix_iraqi",),
    "unit numbers": ("unit_number", "unit_digits"),
    "sorani": ("sorani",),
    "weak": ("weak_with_context",),
}
"""Groups of categories with a required recall."""


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """One text with its true mentions."""

    id: str
    category: str
    text: str
    mentions: tuple[tuple[str, tuple[int, int]], ...]


@dataclass(slots=True)
class NameScore:
    """Names found, found falsely and missed."""

    found: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    by_category: dict[str, list[int]] = field(default_factory=dict)
    """Category → found, missed."""

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.false)) if self.found else 0.0

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


def load_gazetteer(gazetteer: Path) -> tuple[Site, ...]:
    """Load the bases of a gazetteer as sites."""
    raw = json.loads(gazetteer.read_text("utf-8"))["bases"]
    return tuple(_site(base) for base in raw)


def _site(base: dict[str, Any]) -> Site:
    names: dict[str, list[str]] = {}
    for name in base["names"]:
        if not name["weak"]:
            names.setdefault(name["lang"], []).append(name["text"])
    weak = tuple(name["text"] for name in base["names"] if name["weak"])
    by_language = {language: tuple(texts) for language, texts in names.items()}
    return Site(id=base["id"], kind=base["kind"], code=base["id"], names=by_language, weak_names=weak)


def load_texts(path: Path) -> tuple[AnnotatedText, ...]:
    """Load the texts of a file, one JSON object per line."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        AnnotatedText(
            row["id"],
            row["category"],
            row["text"],
            tuple((m["base_id"], (m["span"][0], m["span"][1])) for m in row["mentions"]),
        )
        for row in rows
    )


def score_names(names: NameMatcher, texts: Sequence[AnnotatedText], kinds: frozenset[str] | None = None) -> NameScore:
    """Compare the matches in each text with its true mentions; only matches of these kinds count."""
    total = NameScore()
    for text in texts:
        _count(text, [found for found in names.find(text.text) if kinds is None or found.kind in kinds], total)
    return total


def _count(text: AnnotatedText, found: Sequence[NameMatch], total: NameScore) -> None:
    left = list(text.mentions)
    category = total.by_category.setdefault(text.category, [0, 0])
    for site, span, kind in _merged(found):
        hit = next((true for true in left if true[0] == site and _overlap(true[1], span)), None)
        if hit is not None:
            left.remove(hit)
            total.found += 1
            category[0] += 1
        elif not any(true[0] == site and _overlap(true[1], span) for true in text.mentions):
            total.false.append(f"{text.id} {text.category} {kind} {site}: {text.text}")
    total.missed += [f"{text.id} {text.category} {site}: {text.text}" for site, _span in left]
    category[1] += len(left)


def _merged(found: Sequence[NameMatch]) -> Iterator[tuple[str, tuple[int, int], str]]:
    merged: list[tuple[str, tuple[int, int], str]] = []
    for one in sorted(found, key=lambda one: (one.site.id, one.span)):
        if merged and merged[-1][0] == one.site.id and _overlap(merged[-1][1], one.span):
            site, span, kind = merged.pop()
            merged.append((site, (span[0], max(span[1], one.span[1])), kind))
        else:
            merged.append((one.site.id, one.span, one.kind))
    yield from merged


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def false_flags(names: NameMatcher, lines: Sequence[str]) -> list[str]:
    """Texts without a name that are flagged."""
    return [line for line in lines if any(found.kind in FLAG_KINDS for found in names.find(line))]


def measure_cost_s(texts: Sequence[str], count: int = 10_000, seed: int = 4) -> tuple[float, float]:
    """Seconds to index this many generated names, and to search 1,000 of these texts for them."""
    sites = generate_sites(count, seed)
    captions = [texts[index % len(texts)] for index in range(1_000)]
    began = time.process_time()
    names = NameMatcher(sites)
    ready = time.process_time()
    for caption in captions:
        list(names.find(caption))
    return ready - began, time.process_time() - ready


def generate_sites(names: int, seed: int) -> tuple[Site, ...]:
    """Generate sites with an Arabic and an English name of random letters each."""
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


def report_names(title: str, folder: Path, gazetteer: str, texts: str) -> Iterator[str]:
    """Yield the figures of one set of texts, line by line."""
    sites, captions = load_gazetteer(folder / gazetteer), load_texts(folder / texts)
    names = NameMatcher(sites)
    everything, flags = score_names(names, captions), score_names(names, captions, FLAG_KINDS)
    yield f"{title}: {len(captions)} texts, {everything.found + len(everything.missed)} mentions"
    for tier, figures in (("all tiers", everything), ("flag tier", flags)):
        yield (
            f"  {tier}: P {figures.precision:.3f} R {figures.recall:.3f} F1 {figures.f1:.3f} "
            f"(found {figures.found}, false {len(figures.false)}, missed {len(figures.missed)})"
        )
    yield "  recall: " + ", ".join(
        f"{title} {everything.recall_of(group):.2f}" for title, group in REQUIRED_GROUPS.items()
    )
    yield from (f"  missed  {line}" for line in everything.missed)
    yield from (f"  false {line}" for line in everything.false)
    yield from (f"  {line}" for line in _ablation(sites, captions))


def _ablation(sites: Sequence[Site], texts: Sequence[AnnotatedText]) -> Iterator[str]:
    """Yield the scores without each match strategy, and with it alone."""
    strategies: tuple[MatchStrategy, ...] = ("exact", "units", "phonetic", "place_type", "typo")
    for strategy in strategies:
        less, alone = (
            score_names(NameMatcher(sites, ALL_STRATEGIES - {strategy}), texts),
            score_names(NameMatcher(sites, _alone(strategy)), texts),
        )
        yield f"without {strategy}: R {less.recall:.3f} F1 {less.f1:.3f}; alone: R {alone.recall:.3f} F1 {alone.f1:.3f}"


def _alone(strategy: MatchStrategy) -> frozenset[MatchStrategy]:
    """One strategy alone; ``typo`` only works beside a place type."""
    alone: frozenset[MatchStrategy] = frozenset({strategy})
    return alone | {"place_type"} if strategy == "typo" else alone


def main() -> int:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", help="folder that contains corpus/text")
    shared = shared_folder(parser.parse_args().shared)
    lines = list(report_names("own texts", OWN_TEXTS, "own_gazetteer.json", "own.jsonl"))
    captions = [text.text for text in load_texts(OWN_TEXTS / "own.jsonl")]
    if shared is not None:
        folder = shared / "corpus" / "text"
        lines += report_names("shared corpus", folder, "gazetteer.json", "captions.jsonl")
        extra = (folder / "extra_negatives.txt").read_text("utf-8").splitlines()
        false = false_flags(NameMatcher(load_gazetteer(folder / "gazetteer.json")), extra)
        lines += [
            f"  flagged of {len(extra)} extra texts without a name: {len(false)}",
            *(f"    {one}" for one in false),
        ]
        captions += [text.text for text in load_texts(folder / "captions.jsonl")]
    else:
        lines.append("The shared corpus is not available: only our own texts were measured.")
    index_s, search_s = measure_cost_s(captions)
    lines.append(f"10,000 names: indexed in {index_s:.2f} s, searched for in 1,000 captions in {search_s:.2f} s")
    lines.append(
        f"categories of our own texts: {dict(Counter(text.category for text in load_texts(OWN_TEXTS / 'own.jsonl')))}"
    )
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0
