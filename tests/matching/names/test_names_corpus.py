"""The figures asked for, held on our own texts and, where they are on this machine, on the shared ones."""

from pathlib import Path

import pytest

from opsec.matching.names.matcher import ALL_WAYS, Names, Way
from tests.benchmarks.corpus.metadata import shared_folder
from tests.benchmarks.names.names import ASKED, FLAGS, OWN, cost_s, false_flags, score, sites_of, texts_of

TEXTS = texts_of(OWN / "own.jsonl")


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(sites_of(OWN / "own_gazetteer.json"))


@pytest.fixture(scope="module")
def shared() -> Path:
    folder = shared_folder()
    if folder is None or not (folder / "corpus" / "text" / "captions.jsonl").is_file():
        pytest.skip("the shared corpus is not on this machine")
    return folder / "corpus" / "text"


def test_our_own_texts_are_what_they_say() -> None:
    sorani = [text for text in TEXTS if set(text.text) & set("ەڕڵێۆ")]
    assert len(TEXTS) >= 300
    assert len(sorani) >= 60
    assert all(text.text[slice(*span)].strip() for text in TEXTS for _site, span in text.mentions)


def test_names_are_found_in_our_own_texts(names: Names) -> None:
    everything, flags = score(names, TEXTS), score(names, TEXTS, FLAGS)
    assert everything.f1 >= 0.98, everything.missed + everything.made_up
    assert flags.precision >= 0.99, flags.made_up
    assert flags.recall >= 0.95, flags.missed


@pytest.mark.parametrize("group", ASKED)
def test_each_way_of_writing_is_read_in_our_own_texts(names: Names, group: str) -> None:
    assert score(names, TEXTS).recall_of(ASKED[group]) >= 0.95


def test_names_are_found_in_the_shared_texts(shared: Path) -> None:
    names, texts = Names(sites_of(shared / "gazetteer.json")), texts_of(shared / "captions.jsonl")
    everything, flags = score(names, texts), score(names, texts, FLAGS)
    assert everything.f1 >= 0.98, everything.missed + everything.made_up
    assert flags.precision >= 0.99, flags.made_up
    assert {group: everything.recall_of(ASKED[group]) >= 0.95 for group in ASKED} == dict.fromkeys(ASKED, True)


def test_texts_without_a_name_are_not_flagged(shared: Path) -> None:
    lines = (shared / "extra_negatives.txt").read_text("utf-8").splitlines()
    assert false_flags(Names(sites_of(shared / "gazetteer.json")), lines) == []


def test_every_way_of_looking_adds_something() -> None:
    sites = sites_of(OWN / "own_gazetteer.json")
    whole = score(Names(sites), TEXTS).recall
    ways: tuple[Way, ...] = ("written", "units", "heard", "typed")
    for way in ways:
        assert score(Names(sites, ALL_WAYS - {way}), TEXTS).recall < whole


def test_ten_thousand_names_cost_little() -> None:
    _ready_s, looked_s = cost_s([text.text for text in TEXTS])
    assert looked_s < 5  # the tool measures: 0.15 s on a quiet machine, 0.5 asked; this only catches a blow-up
