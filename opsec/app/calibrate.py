"""Calibration: likelihood ratios fitted to what officers decided and to sets of posts whose truth is known."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from opsec.app.calibration_posts import DecidedPosts, decided_posts, posts_of_set
from opsec.app.likelihood_file import table_file
from opsec.app.likelihood_settings import likelihood_table_from
from opsec.app.scan import load_own_sites, resources_from
from opsec.casefile.case_file import open_case
from opsec.casefile.serialisation import local_date
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.readers.versions import installed_version
from opsec.settings import Settings
from opsec.verdict.calibration.evaluation import (
    Figures,
    LabelledSample,
    figures_of,
    held_out_evidence,
    mean_loss,
    samples,
)
from opsec.verdict.calibration.fit import TableFit, evidence_of, fit_table
from opsec.verdict.calibration.measures import Floats
from opsec.verdict.calibration.observations import Observation
from opsec.verdict.calibration.table_entries import hard_rule_floor
from opsec.verdict.likelihood_ratios import LikelihoodTable, likelihood_table

LOWEST_PRIOR = 0.05
"""Dismissals never silence a hard rule at a site with this prior, or with the lowest of the officer's sites."""

_HELD_OUT_LEAST_SHARE = 0.5
"""Of the least numbers of posts, where a fifth of the posts is held out, and by chance more."""

CalibrationOutcome = Literal["better", "too_few", "no_better"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a calibration found."""

    outcome: CalibrationOutcome
    """``no_better``: on posts that it has not seen, the fit is no better than the table in use."""
    fit: TableFit
    before: Mapping[float | None, LabelledSample]
    """By prior; None: decided findings as they are."""
    after: Mapping[float | None, LabelledSample]
    """By fits that have not seen the posts; empty with too few posts."""
    decided: int
    unreadable: int
    of_sets: int
    unexplained: int
    """Posts whose sum has a part that stands in no entry; it stays as it is."""
    table: bytes
    """The file to write."""

    def figures(self, which: Literal["before", "after"]) -> dict[float | None, Figures]:
        """Return the figures of each sample."""
        found = self.before if which == "before" else self.after
        return {prior: figures_of(sample) for prior, sample in found.items()}


def calibrate(  # noqa: PLR0913 - all that an officer can choose
    *,
    case: str | None,
    sets: Sequence[Path] = (),
    sites: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    unflagged_are_clean: bool = False,
    at: datetime | None = None,
) -> Calibration:
    """Fit the likelihood ratios to posts whose truth is known; nothing is written.

    Parameters
    ----------
    case
        Existing case file (path or database URL) with decisions; None: only the sets are used.
    sets
        Folders with ``truth.jsonl`` and the JSON of a scan, ``out.json``.
    sites
        Folder of site folders, with which the posts of the case are matched again; default: that of the settings.
    settings
        Default: the defaults.
    unflagged_are_clean
        Posts of the case without a finding count as posts that expose nothing.
    at
        Time of the calibration; default: now.

    Raises
    ------
    UsageError, SettingsError, SitesError, CaseError
        A set, the table in use, the sites or the case file cannot be used.
    """
    settings, now = settings or Settings(), at or datetime.now(UTC)
    current, shipped = likelihood_table_from(settings), likelihood_table()
    decided, lowest_prior = DecidedPosts((), 0), LOWEST_PRIOR
    if case is not None:
        ours = load_own_sites(sites, settings, case)
        lowest_prior = min([LOWEST_PRIOR, *(site.prior for site in ours.sites)])
        readers = installed_version(resources_from(settings))
        with open_case(case) as case_file:
            decided = decided_posts(case_file, ours, settings, readers, at=now, unflagged_are_clean=unflagged_are_clean)
    of_sets = [one for folder in sets for one in posts_of_set(folder, (current, shipped))]
    if of_sets and len({one.exposes for one in of_sets}) < 2:
        raise UsageError(_("the sets need posts that expose a site and posts that do not"))
    floor = hard_rule_floor(settings.thresholds.act_today_likelihood, lowest_prior)
    names = [*(["decisions"] if decided.posts else []), *(decode_path(folder.resolve().name) for folder in sets)]
    set_name = escape_unsafe(", ".join(names), limit=200) + f" {local_date(now)}"
    posts = unique_posts([*decided.posts, *of_sets])
    return _fitted(posts, _Tables(current, shipped, floor, set_name), decided, len(of_sets), local_date(now))


def unique_posts(posts: Sequence[Observation]) -> list[Observation]:
    """Return the first post of each key: copies of a clip say nothing new."""
    return list({one.key: one for one in reversed(posts)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class _Tables:
    current: LikelihoodTable
    shipped: LikelihoodTable
    hard_floor: float
    set_name: str

    def fit(self, posts: Sequence[Observation], least_share: float = 1.0) -> TableFit:
        """Fit to some posts."""
        return fit_table(
            posts,
            self.current,
            self.shipped,
            hard_floor=self.hard_floor,
            set_name=self.set_name,
            least_share=least_share,
        )

    def held_out(self, seen: list[Observation], held: list[Observation]) -> Floats:
        """Return the evidence of posts by a fit to others."""
        return evidence_of(held, self.fit(seen, _HELD_OUT_LEAST_SHARE).table)


def _fitted(posts: list[Observation], tables: _Tables, decided: DecidedPosts, of_sets: int, today: str) -> Calibration:
    fit = tables.fit(posts)
    evidence = evidence_of(posts, tables.current)
    before, after = samples(posts, evidence), dict[float | None, LabelledSample]()
    outcome: CalibrationOutcome = "too_few"
    if fit.has_enough:
        held_out = held_out_evidence(posts, tables.held_out)
        after = samples(posts, held_out)
        outcome = "better" if mean_loss(posts, held_out) < mean_loss(posts, evidence) else "no_better"
    return Calibration(
        outcome=outcome if outcome != "better" or fit.is_changed else "no_better",
        fit=fit,
        before=before,
        after=after,
        decided=len(decided.posts),
        unreadable=decided.unreadable,
        of_sets=of_sets,
        unexplained=sum(bool(one.rest) for one in posts),
        table=table_file(fit.table, tables.shipped, today),
    )
