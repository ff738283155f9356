"""The table of likelihood ratios (``assets/likelihood.toml``), each with the data set it was measured on.

A ratio states how much more often evidence occurs in posts that expose the site than in posts that do not. It was
counted in a limited number of posts, so an entry may have a 95 % interval; its value is then within that interval, and
a table in which it is not is refused. An estimate has no interval: it is an expert's choice.
"""

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from opsec.errors import SettingsError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.model import Family, Grade

Contradiction = Literal["position", "other_site"]
"""The file's own position is elsewhere; the frames or the position belong to another of our sites."""


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """A likelihood ratio and its source."""

    ratio: float
    set: str
    """Name of the data set; ``estimate`` when it was estimated and not measured."""
    count: int
    """Number of posts in that set."""
    low: float | None = None
    high: float | None = None
    """Bounds of the 95 % interval; None for an estimate."""

    @property
    def log_odds(self) -> float:
        """Natural logarithm of the ratio, which is added to the sum."""
        return math.log(self.ratio)


@dataclass(frozen=True, slots=True)
class Channel:
    """How posts that expose a site do so by one family of evidence; silence of that family is weighed by it."""

    share: float
    """Share of exposing posts that expose the site by this family, among all families."""
    detection: float
    """Share of these in which the family's check finds the evidence."""
    set: str
    count: int
    share_without_reference: float | None = None
    """The share at a site of whose files none can be compared with a clip (frames, where there is no photo of a
    landmark); None: the same as elsewhere."""

    def share_at(self, *, has_reference: bool) -> float:
        """Return the share at a site with or without files to compare a clip with."""
        if has_reference or self.share_without_reference is None:
            return self.share
        return min(self.share, self.share_without_reference)


@dataclass(frozen=True, slots=True)
class LikelihoodTable:
    """Every ratio that a verdict can use."""

    matches: Mapping[tuple[str, Grade], LikelihoodRatio]
    near_name: LikelihoodRatio
    """Upper bound for words that are nearly a name, whatever the rule: enough for a review, never for more."""
    name_kind_caps: Mapping[str, LikelihoodRatio]
    """By the way in which a name was recognised: upper bound, whatever the rule."""
    bare_pair: LikelihoodRatio
    """Upper bound for two numbers that nothing else calls a position, or whose order is a guess."""
    others_text_cap: Mapping[str, LikelihoodRatio]
    """By rule: upper bound for text that somebody other than the author may have written."""
    second_in_family: LikelihoodRatio
    mere_mention: LikelihoodRatio
    """Words that name the site as a report, a joke or a club does, where nothing else was found."""
    channels: Mapping[Family, Channel]
    contradictions: Mapping[Contradiction, LikelihoodRatio]
    landmark_detection: Mapping[Grade, LikelihoodRatio]
    """How often a clip that shows a landmark is recognised, with this grade."""
    landmark_false_match: Mapping[Grade, LikelihoodRatio]
    """How often a clip without it is mistaken, with this grade, for one that shows it: per landmark compared."""
    sha256: str
    """Fingerprint of the values."""

    def ratio_for(self, rule: str, grade: Grade) -> LikelihoodRatio:
        """Ratio of a match of this rule and grade.

        Raises
        ------
        KeyError
            The rule has no entry for this grade, so it must not give that grade.
        """
        return self.matches[rule, grade]


@cache
def likelihood_table() -> LikelihoodTable:
    """Load the table shipped with the program."""
    return _parse_table(_shipped())


def load_likelihood_table(path: Path | None) -> LikelihoodTable:
    """Load the shipped table with the entries of the officer's own file in place of its own.

    Parameters
    ----------
    path
        File in the form of the shipped table, of which any part may be missing; None: the shipped table as it is.

    Raises
    ------
    SettingsError
        The file cannot be opened, is not such a table, or has an entry that the shipped table lacks.
    """
    if path is None:
        return likelihood_table()
    shown = escape_unsafe(decode_path(path))
    try:
        return _parse_table(_merge(_shipped(), tomllib.loads(path.read_text("utf-8"))))
    except OSError as error:
        raise SettingsError(
            _(
                "{file} cannot be opened ({error}); check the path of the likelihood table in opsec.toml",
                file=shown,
                error=error.strerror or "",
            )
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            _(
                "{file} is not a table of likelihood ratios ({detail}); write it again with opsec calibrate",
                file=shown,
                detail=escape_unsafe(str(error), limit=120),
            )
        ) from error


@cache
def _shipped_text() -> str:
    return (resources.files("opsec") / "assets" / "likelihood.toml").read_text("utf-8")


def _shipped() -> dict[str, Any]:
    return tomllib.loads(_shipped_text())


def _merge(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Replace entries of the shipped table; entries of lists are identified by rule and grade."""
    for key, value in own.items():
        if key not in shipped:
            raise KeyError(key)
        if isinstance(value, list):
            by_id = {(line["rule"], line.get("grade")): line for line in shipped[key]}
            for line in value:
                _replace(by_id[line["rule"], line.get("grade")], line)
        elif "ratio" in shipped[key] or "share" in shipped[key]:
            _replace(shipped[key], value)
        else:
            shipped[key] = _merge(shipped[key], value)
    return shipped


def _replace(entry: dict[str, Any], own: dict[str, Any]) -> None:
    """Replace an entry: its interval belongs to the old value; where the officer's own names no source, he is it."""
    for key in ("low", "high"):
        entry.pop(key, None)
    if "set" not in own:
        entry.update(set="officer", count=0)
    entry.update(own)


def _parse_table(raw: dict[str, Any]) -> LikelihoodTable:
    values = json.dumps(raw, sort_keys=True, ensure_ascii=False).encode()
    return LikelihoodTable(
        matches={(line["rule"], line["grade"]): _parse_ratio(line) for line in raw["ratio"]},
        near_name=_parse_ratio(raw["nearly_named"]),
        name_kind_caps={
            "near": _parse_ratio(raw["nearly_named"]),
            "doubtful": _parse_ratio(raw["doubtfully_named"]),
            "disguised": _parse_ratio(raw["named_in_disguise"]),
        },
        bare_pair=_parse_ratio(raw["bare_pair"]),
        others_text_cap={line["rule"]: _parse_ratio(line) for line in raw["by_others"]},
        second_in_family=_parse_ratio(raw["second_in_family"]),
        mere_mention=_against("mere_mention", _parse_ratio(raw["mere_mention"])),
        channels={family: _parse_channel(line) for family, line in raw["channel"].items()},
        contradictions={
            kind: _against(kind, _parse_ratio(raw["contradiction"][kind])) for kind in get_args(Contradiction)
        },
        landmark_detection={grade: _parse_ratio(line) for grade, line in raw["landmark_shown"].items()},
        landmark_false_match={grade: _parse_ratio(line) for grade, line in raw["landmark_chance"].items()},
        sha256=hashlib.sha256(values).hexdigest(),
    )


def _parse_ratio(line: dict[str, Any]) -> LikelihoodRatio:
    ratio = float(line["ratio"])
    if not 0 < ratio < math.inf:
        raise ValueError(f"ratio = {ratio}")
    interval = [float(line[key]) for key in ("low", "high") if key in line]
    if not interval:
        return LikelihoodRatio(ratio, str(line["set"]), int(line["count"]))
    if not (len(interval) == 2 and 0 < interval[0] <= ratio <= interval[1] < math.inf):
        raise ValueError(f"ratio = {ratio}, low, high = {interval}")
    return LikelihoodRatio(ratio, str(line["set"]), int(line["count"]), *interval)


def _against(name: str, ratio: LikelihoodRatio) -> LikelihoodRatio:
    """Check that a ratio for evidence against a site is at most 1."""
    if ratio.ratio > 1:
        raise ValueError(f"{name}: ratio = {ratio.ratio} > 1")
    return ratio


def _parse_channel(line: dict[str, Any]) -> Channel:
    share, detection = float(line["share"]), float(line["detection"])
    if not (0 < share < 1 and 0 < detection < 1):
        raise ValueError(f"share = {share}, detection = {detection}")
    without = line.get("share_without_reference")
    if without is not None and not 0 < float(without) < 1:
        raise ValueError(f"share_without_reference = {without}")
    return Channel(share, detection, str(line["set"]), int(line["count"]), None if without is None else float(without))
