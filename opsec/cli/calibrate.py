"""``opsec calibrate``: likelihood ratios fitted to what officers decided and to sets whose truth is known."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _, current_language, ngettext

if TYPE_CHECKING:
    from opsec.app.calibrate import Calibration
    from opsec.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "calibrate",
        _("Fit the likelihoods to your decisions."),
        details=_(
            "Findings that were confirmed, or for which a takedown was requested, count as exposing; dismissed ones as "
            "not. A set is a folder with truth.jsonl (file or url, class, sites) and its scan, out.json. The figures "
            "of a fit are of posts that it has not seen. With too few posts nothing changes. A position inside the "
            "fence and the name of the site inside the image are never silenced. To use the new table, name it in "
            "opsec.toml: [likelihood] table."
        ),
        example="opsec calibrate --case opsec-case.db -o likelihood.toml --dry-run",
        exit_codes=exit_codes.SIMPLE,
    )
    def calibrate(
        case: str | None = options.case_option(),
        sites: Path | None = options.sites_option(),
        sets: list[Path] | None = _set_option(),
        unflagged_clean: bool = _unflagged_option(),
        output: Path | None = _output_option(),
        plot: Path | None = _plot_option(),
        dry_run: bool = options.make_option(False, "--dry-run", text=_("show what would change, and write nothing")),
        config: Path | None = options.config_option(),
    ) -> None:
        _check_output(output, plot, dry_run=dry_run)
        settings = options.load_settings(config)
        from opsec.app.calibrate import calibrate as fit

        where = _case_to_read(case, settings, has_sets=bool(sets))
        found = fit(case=where, sets=sets or (), sites=sites, settings=settings, unflagged_are_clean=unflagged_clean)
        _print(found, settings)
        if dry_run:
            print_message(_("dry run: nothing was written"))
        else:
            _write(found, output, plot, settings)


def _set_option() -> Any:
    text = _("folder of posts whose truth is known; may be given several times")
    return options.make_option(None, "--set", text=text, metavar="DIR")


def _unflagged_option() -> Any:
    text = _("posts without a finding expose nothing: only if somebody has looked at them")
    return options.make_option(False, "--unflagged-clean", text=text)


def _output_option() -> Any:
    text = _("write the new table to this file; an old one is kept")
    return options.make_option(None, "-o", "--output", text=text, metavar="FILE")


def _plot_option() -> Any:
    text = _("draw reliability and Tippett plots to this file (SVG)")
    return options.make_option(None, "--plot", text=text, metavar="FILE")


def _check_output(output: Path | None, plot: Path | None, *, dry_run: bool) -> None:
    """Check before the posts are matched that the results can be written."""
    from opsec.reports.atomic_write import check_writable

    if output is None and not dry_run:
        raise UsageError(_("give the file of the new table after -o, or --dry-run"))
    for path in (output, plot):
        if path is not None and not dry_run:
            check_writable(path)


def _case_to_read(case: str | None, settings: "Settings", *, has_sets: bool) -> str | None:
    """Return the case file; a default one that does not exist is left out if there are sets."""
    from opsec.casefile.case_file import exists

    if case is None and has_sets and not exists(settings.case):
        return None
    return options.existing_case(case, settings)


def _print(found: "Calibration", settings: "Settings") -> None:
    from opsec.reports.calibration_view import print_entries, print_figures

    lang = current_language()
    with guard_stdout() as stream:
        print_figures(
            {"before": found.figures("before"), "after": found.figures("after")}, lang, settings.terminal, stream
        )
        print_entries(found.fit, lang, settings.terminal, stream)
    print_message(
        _(
            "posts: {decided} of the case file, {of_sets} of sets; {exposing} expose a site, {others} do not",
            decided=found.decided,
            of_sets=found.of_sets,
            exposing=found.fit.exposing,
            others=found.fit.others,
        )
    )
    if found.unreadable:
        print_message(
            ngettext(
                "{n} decided finding is left out: its posts were purged, or its site is gone",
                "{n} decided findings are left out: their posts were purged, or their sites are gone",
                found.unreadable,
            )
        )
    if found.unexplained:
        print_message(
            ngettext(
                "{n} sum has a part that stands in no entry of the table and stays as it is; scan old sets again",
                "{n} sums have a part that stands in no entry of the table and stays as it is; scan old sets again",
                found.unexplained,
            )
        )
    if found.outcome == "too_few":
        from opsec.verdict.calibration.fit import MIN_CLASS_POSTS

        print_message(
            _("nothing changes: at least {n} posts of each kind are needed, exposing and not", n=MIN_CLASS_POSTS)
        )
    elif found.outcome == "no_better":
        print_message(_("nothing changes: on posts that it has not seen, the fit is no better than the table in use"))


def _write(found: "Calibration", output: Path | None, plot: Path | None, settings: "Settings") -> None:
    if plot is not None:
        _draw(found, plot)
    if output is not None:
        _write_table(found, output, settings)


def _draw(found: "Calibration", path: Path) -> None:
    from opsec.i18n.safe_text import display_path
    from opsec.reports.atomic_write import write_atomically
    from opsec.reports.calibration_plot import draw_calibration

    if not found.after:
        print_message(_("no plot was drawn: there are too few posts"))
        return
    prior = None if None in found.after else 0.10
    title = _("decided findings") if prior is None else _("sets, {share} exposing", share=f"{prior:.0%}")
    write_atomically(path, draw_calibration(found.before[prior], found.after[prior], title, current_language()))
    print_message(_("wrote {file}", file=display_path(path)))


def _write_table(found: "Calibration", path: Path, settings: "Settings") -> None:
    from opsec.app.likelihood_file import write_table
    from opsec.i18n.safe_text import display_path

    if found.outcome != "better":
        print_message(_("{file} was not written", file=display_path(path)))
        return
    kept = write_table(path, found.table)
    print_message(_("wrote {file}", file=display_path(path)))
    if kept is not None:
        print_message(_("the table before is kept in {file}", file=display_path(kept)))
    used = settings.likelihood.table
    if used is None or Path(used).resolve() != path.resolve():
        print_message(
            _("to use it, write in opsec.toml under [likelihood]: table = {file}", file=f'"{display_path(path)}"')
        )
