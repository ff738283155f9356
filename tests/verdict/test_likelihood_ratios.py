"""The table of likelihood ratios: what the shipped one keeps, and which files are refused."""

from pathlib import Path

import pytest

from opsec.errors import SettingsError
from opsec.model import Grade
from opsec.settings import Thresholds
from opsec.verdict.calibration.table_entries import (
    HARD_RULES,
    Entry,
    entry_limits,
    grade_chains,
    hard_rule_floor,
    table_ratios,
)
from opsec.verdict.likelihood_ratios import LikelihoodRatio, likelihood_table, load_likelihood_table

TABLE = likelihood_table()
FLOOR = hard_rule_floor(Thresholds().act_today_likelihood, 0.05)
MEASURED: dict[Entry, LikelihoodRatio] = {
    **table_ratios(TABLE),
    **{("landmark_shown", grade): rate for grade, rate in TABLE.landmark_detection.items()},
    **{("landmark_chance", grade): rate for grade, rate in TABLE.landmark_false_match.items()},
}


@pytest.mark.parametrize("entry", MEASURED, ids=" ".join)
def test_a_shipped_value_is_within_its_interval_and_an_estimate_has_none(entry: Entry) -> None:
    one = MEASURED[entry]
    assert (one.set == "estimate") == (one.count == 0)
    assert (one.low is None) == (one.high is None)
    if one.low is not None and one.high is not None:
        assert one.count > 0
        assert one.low <= one.ratio <= one.high


def test_some_shipped_values_are_measured() -> None:
    """Otherwise the test above would say nothing of intervals."""
    assert sum(one.low is not None for one in MEASURED.values()) >= 9


@pytest.mark.parametrize("entry", sorted(HARD_RULES), ids=" ".join)
def test_a_hard_rule_alone_leads_to_action_at_a_site_with_a_low_prior(entry: Entry) -> None:
    assert table_ratios(TABLE)[entry].ratio >= FLOOR


@pytest.mark.parametrize("entry", table_ratios(TABLE), ids=" ".join)
def test_a_shipped_value_is_within_the_limits_of_a_fit(entry: Entry) -> None:
    ratio = table_ratios(TABLE)[entry]
    limits = entry_limits(entry, LikelihoodRatio(1.0, "none", 0) if entry[0] != "contradiction" else ratio, FLOOR)
    assert limits.low <= ratio.ratio <= limits.high


def test_stronger_grades_never_weigh_less() -> None:
    for chain in grade_chains(TABLE):
        ratios = [table_ratios(TABLE)[entry].ratio for entry in chain]
        assert ratios == sorted(ratios), chain


@pytest.mark.parametrize(
    ("values", "is_table"),
    [
        ("ratio = 7.0\nlow = 2.0\nhigh = 9.0", True),
        ("ratio = 7.0\nlow = 7.0\nhigh = 7.0", True),
        ("ratio = 7.0\nlow = 8.0\nhigh = 9.0", False),
        ("ratio = 7.0\nlow = 2.0\nhigh = 6.0", False),
        ("ratio = 7.0\nlow = nan\nhigh = 9.0", False),
        ("ratio = 7.0\nlow = 2.0\nhigh = inf", False),
        ("ratio = 7.0\nlow = 2.0", False),
        ("ratio = 0.0", False),
        ("ratio = nan", False),
    ],
)
def test_a_table_whose_value_is_beyond_its_interval_is_refused(tmp_path: Path, values: str, is_table: bool) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f'[second_in_family]\n{values}\nset = "ours"\ncount = 50\n', "utf-8")
    if is_table:
        assert load_likelihood_table(file).second_in_family.ratio == 7.0
    else:
        with pytest.raises(SettingsError, match=r"own\.toml is not a table of likelihood ratios"):
            load_likelihood_table(file)


@pytest.mark.parametrize(
    ("value", "is_table"), [("0.1", True), ("0.0", False), ("1.0", False), ("-0.1", False), ("nan", False)]
)
def test_a_share_at_sites_without_photos_is_a_share(tmp_path: Path, value: str, is_table: bool) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f"[channel.VISUAL]\nshare_without_reference = {value}\n", "utf-8")
    if is_table:
        assert load_likelihood_table(file).channels["VISUAL"].share_without_reference == 0.1
    else:
        with pytest.raises(SettingsError, match=r"own\.toml is not a table of likelihood ratios"):
            load_likelihood_table(file)


def test_only_frames_show_a_site_less_often_where_nothing_can_be_compared() -> None:
    visual = TABLE.channels["VISUAL"]
    assert visual.share_at(has_reference=True) == visual.share
    assert 0 < visual.share_at(has_reference=False) < visual.share
    for family in ("META", "TEXT", "SIGN"):
        channel = TABLE.channels[family]
        assert channel.share_at(has_reference=False) == channel.share


def test_the_interval_of_a_shipped_value_is_not_that_of_the_officers_own(tmp_path: Path) -> None:
    grade: Grade = "strong"
    file = tmp_path / "own.toml"
    entry = f'[[ratio]]\nrule = "LANDMARK-SEEN"\ngrade = "{grade}"\nratio = 300.0\n'
    for source, expected in (("", ("officer", 0)), ('set = "ours"\ncount = 9\n', ("ours", 9))):
        file.write_text(entry + source, "utf-8")
        one = load_likelihood_table(file).ratio_for("LANDMARK-SEEN", grade)
        assert (one.ratio, one.set, one.count, one.low, one.high) == (300.0, *expected, None, None)
