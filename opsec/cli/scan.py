"""``opsec scan`` and ``opsec rematch``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stderr
from opsec.i18n.messages import _, ngettext

if TYPE_CHECKING:
    from opsec.app.scan_session import Listener
    from opsec.cli.output import OutputPlan
    from opsec.model import Scan
    from opsec.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the two verbs."""

    @add_command(
        app,
        "scan",
        _("Find posts that expose one of your sites."),
        details=_(
            "Reads media and posts, matches them with your sites, and gives a verdict with evidence for each clip."
        ),
        example="opsec scan inbox --sites geofences -o scan.html",
        exit_codes=exit_codes.SCAN,
    )
    def scan(
        paths: list[Path] = options.make_argument(
            ..., text=_("files, folders or zip archives of posts"), metavar="PATH..."
        ),
        sites: Path | None = options.sites_option(),
        case: str | None = options.case_option(),
        output: list[Path] | None = options.output_option(),
        format_name: str | None = options.format_option(),
        fail_on: str = options.fail_on_option(),
        own_photos: bool = options.own_photos_option(),
        show_plans: bool = options.plan_option(),
        new: bool = options.only_new_option(),
        depth: str | None = options.depth_option(),
        jobs: int | None = options.jobs_option(),
        engine: str = options.make_option(
            "local",
            "--engine",
            text=_("local: this machine reads the files; dask: a cluster does (extra opsec[cluster])"),
            metavar="local|dask",
        ),
        address: str | None = options.make_option(
            None, "--address", text=_("scheduler of the cluster"), metavar="tls://HOST:PORT"
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.with_pace(options.load_settings(config), depth, jobs)
        cluster = options.cluster_address(engine, address)

        def job(listener: "Listener") -> "Scan":
            from opsec.app.scan import scan

            return scan(
                paths,
                sites=sites,
                case=case or settings.case,
                settings=settings,
                listener=listener,
                leave_out=output or [],
                own_photos=own_photos,
                cluster=cluster,
            )

        plan = replace(_plan_output(settings, output or [], format_name, fail_on, show_plans), only_new=new)
        plan.refuse_to_replace_posts(paths, options.known_results(case or settings.case))
        _run_job(job, plan, case or settings.case)

    @add_command(
        app,
        "rematch",
        _("Match stored clips with the current sites."),
        details=_("Uses the case file alone; no clip is opened again."),
        example="opsec rematch --sites geofences -o scan.html",
        exit_codes=exit_codes.SCAN,
    )
    def rematch(
        sites: Path | None = options.sites_option(),
        case: str | None = options.case_option(),
        output: list[Path] | None = options.output_option(),
        format_name: str | None = options.format_option(),
        fail_on: str = options.fail_on_option(),
        own_photos: bool = options.own_photos_option(),
        show_plans: bool = options.plan_option(),
        reread: bool = options.make_option(
            False,
            "--reread",
            text=_("first read again the files that an older version or a process without its whole lock has read"),
        ),
        config: Path | None = options.config_option(),
    ) -> None:
        settings = options.load_settings(config)

        def job(listener: "Listener") -> "Scan":
            from opsec.app.scan import rematch

            case_file = options.existing_case(case, settings)
            if reread:
                _read_again(sites, case_file, settings, listener)
            done = rematch(sites=sites, case=case_file, settings=settings, listener=listener, own_photos=own_photos)
            print_message(_("based on the case file alone; run a new scan to check files that earlier scans left out"))
            return done

        plan = _plan_output(settings, output or [], format_name, fail_on, show_plans)
        _run_job(job, plan, case or settings.case, rematching=True)


def _read_again(sites: Path | None, case: str, settings: "Settings", listener: "Listener") -> None:
    """Scan the files again whose readings are outdated, and say how many of them are gone."""
    from opsec.app.reread import outdated_files
    from opsec.app.scan import scan

    files, gone = outdated_files(case, settings)
    if gone:
        print_message(
            ngettext(
                "{n} post stays as it was read, because its file is no longer at its path",
                "{n} posts stay as they were read, because their files are no longer at their paths",
                gone,
            )
        )
    if files:
        scan(files, sites=sites, case=case, settings=settings, listener=listener)


def _plan_output(
    settings: "Settings", files: list[Path], format_name: str | None, fail_on: str, show_plans: bool
) -> "OutputPlan":
    """Build the output plan; it is checked before the job starts."""
    from opsec.cli.output import OutputPlan

    plan = OutputPlan.from_options(files, format_name, fail_on, settings.terminal)
    return replace(plan, show_plans=show_plans)


def _run_job(job: Callable[["Listener"], "Scan"], plan: "OutputPlan", case: str, *, rematching: bool = False) -> None:
    """Run the job, write its results, remember them in the case file, and exit with the exit code."""
    from opsec.cli.progress import show_progress

    with _explain_interrupt(), show_progress(rematching=rematching) as listener:
        done = job(listener)
    exit_code = plan.write(done)
    options.remember_results(case, plan.written_sha256)
    raise typer.Exit(exit_code)


@contextmanager
def _explain_interrupt() -> Iterator[None]:
    """Print a message on Ctrl-C: what was read so far is stored."""
    try:
        yield
    except KeyboardInterrupt:
        with guard_stderr() as stream:
            stream.write("\n")
        print_message(
            _("interrupted; everything read so far is stored; run the same command again to continue"), prefix="opsec: "
        )
        raise typer.Exit(exit_codes.INTERRUPTED) from None
