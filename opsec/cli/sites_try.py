"""``opsec sites try-photos``: which landmarks are recognised in clips of the officer's own."""

from pathlib import Path

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message, print_text
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, current_language, isolate, render
from opsec.i18n.safe_text import display_path, escape_unsafe


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "try-photos",
        _("Try your landmark photos on your own clips."),
        details=_(
            "Scans a few clips that you filmed at your sites and tells which landmarks are recognised in them, so that "
            "missing photos are found before they are needed. Nothing is kept. With -o it writes a page with the "
            "pictures side by side, which is secret as your sites are."
        ),
        example="opsec sites try-photos clips --sites geofences -o trial.html",
        exit_codes=exit_codes.SIMPLE,
    )
    def try_photos(
        folder: Path = options.make_argument(..., text=_("folder of your own clips"), metavar="DIR"),
        sites: Path | None = options.sites_option(),
        config: Path | None = options.config_option(),
        output: Path | None = options.make_option(
            None, "-o", "--output", text=_("write this HTML page; it holds secrets"), metavar="FILE"
        ),
    ) -> None:
        settings = options.load_settings(config)
        _check_output(output)
        from opsec.app.try_photos import recognised
        from opsec.app.try_photos import try_photos as run_trial
        from opsec.reports.try_photos_page import clip_sentence, landmark_sentence, own_name, render_try_photos_page

        trial = run_trial(folder, sites=sites, settings=settings)
        lang = current_language()
        results = [(result, recognised(result)) for result in trial.scan.results]
        names: dict[tuple[str, str | None], str] = {
            (one.site.id, one.landmark.id): own_name(one.landmark, lang) for one in trial.landmarks
        }
        for result, matches in results:
            _print_line(escape_unsafe(result.clip.path), clip_sentence(matches, names, result))
        for one in trial.landmarks:
            named = f"{escape_unsafe(one.site.code)}, {own_name(one.landmark, lang)}"
            _print_line(named, landmark_sentence(len(one.clips), len(results)))
        if output is not None:
            rows = [(one.site, one.landmark, one.photo, len(one.clips)) for one in trial.landmarks]
            _write_page(output, render_try_photos_page(results, rows, trial.scan.own_photos, lang))


def _check_output(output: Path | None) -> None:
    """Check that the page can be written before the clips are scanned."""
    if output is None:
        return
    if output.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(_("{file} must end in .html: the trial is shown on an HTML page", file=display_path(output)))
    from opsec.reports.atomic_write import check_writable

    check_writable(output)


def _write_page(output: Path, page: bytes) -> None:
    from opsec.reports.atomic_write import write_atomically

    write_atomically(output, page)
    print_message(
        _(
            "{file} shows your photos and names of landmarks: keep it as secret as your sites; only this account can "
            "read it",
            file=display_path(output),
        )
    )


def _print_line(subject: str, sentence: Message) -> None:
    with guard_stdout() as stream:
        print_text(f"{isolate(subject)}: {render(sentence)}\n", stream)
