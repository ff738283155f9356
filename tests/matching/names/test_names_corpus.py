"""Required figures on our own texts and, where they are available, on the shared ones."""

from pathlib import Path

import pytest

from opsec.matching.names.matcher import ALL_STRATEGIES, MatchStrategy, NameMatcher
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.names import (
    FLAG_KINDS,
    OWN_TEXTS,
    REQUIRED_GROUPS,
    false_flags,
    load_gazetteer,
    load_texts,
    score_names,
)

TEXTS = load_texts(OWN_TEXTS / "own.jsonl")


@pytest.fixture(scope="module")
def names() -> NameMatcher:
    return NameMatcher(load_gazetteer(OWN_TEXTS / "own_gazetteer.json"))


@pytest.fixture(scope="module")
def shared() -> Path:
    folder = shared_folder()
    if folder is None or not (folder / "corpus" / "text" / "captions.jsonl").is_file():
        pytest.skip("the shared corpus is not available")
    return folder / "corpus" / "text"


def test_own_texts_are_complete() -> None:
    sorani = [text for text in TEXTS if set(text.text) & set("ەڕڵێۆ")]
    assert len(TEXTS) >= 300
    assert len(sorani) >= 60
    assert all(text.text[slice(*span)].strip() for text in TEXTS for _site, span in text.mentions)


def test_required_scores_on_own_texts(names: NameMatcher) -> None:
    everything, flags = score_names(names, TEXTS), score_names(names, TEXTS, FLAG_KINDS)
    assert everything.f1 >= 0.98, everything.missed + everything.false
    assert flags.precision >= 0.99, flags.false
    assert flags.recall >= 0.95, flags.missed


@pytest.mark.parametrize("group", REQUIRED_GROUPS)
def test_required_recall_of_each_group(names: NameMatcher, group: str) -> None:
    assert score_names(names, TEXTS).recall_of(REQUIRED_GROUPS[group]) >= 0.95


def test_required_scores_on_shared_texts(shared: Path) -> None:
    names, texts = NameMatcher(load_gazetteer(shared / "gazetteer.json")), load_texts(shared / "captions.jsonl")
    everything, flags = score_names(names, texts), score_names(names, texts, FLAG_KINDS)
    assert everything.f1 >= 0.98, everything.missed + everything.false
    assert flags.precision >= 0.99, flags.false
    assert {group: everything.recall_of(REQUIRED_GROUPS[group]) >= 0.95 for group in REQUIRED_GROUPS} == dict.fromkeys(
        REQUIRED_GROUPS, True
    )


def test_negatives_are_not_flagged(shared: Path) -> None:
    lines = (shared / "extra_negatives.txt").read_text("utf-8").splitlines()
    assert false_flags(NameMatcher(load_gazetteer(shared / "gazetteer.json")), lines) == []


def test_every_strategy_adds_recall() -> None:
    sites = load_gazetteer(OWN_TEXTS / "own_gazetteer.json")
    full_recall = score_names(NameMatcher(sites), TEXTS).recall
    strategies: tuple[MatchStrategy, ...] = ("exact", "units", "phonetic", "place_type")
    for strategy in strategies:
        assert score_names(NameMatcher(sites, ALL_STRATEGIES - {strategy}), TEXTS).recall < full_recall
