"""``opsec clean``: a copy fit to post, and a gate that only says whether a file may be posted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import Message, _, current_language
from opsec.i18n.safe_text import display_path, escape_unsafe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsec.app.clean import CleanedCopy, CopyChoices, Outcome
    from opsec.app.gate import GateAnswer
    from opsec.model import Reason
    from opsec.settings import Settings

_SOUND = ("keep", "cut")
_FORMATS = ("table", "json")


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "clean",
        _("Make a copy of a clip that is fit to post."),
        details=_(
            "Writes a copy without metadata, with flagged signs and landmarks blurred, scans it again and shows the "
            "difference. The original stays as it is. A copy that is not clean, or was not fully checked, is not "
            "written unless you ask for it with --keep-unclean. With --gate nothing is written: the exit code says "
            "whether a file, a folder or standard input (-) may be posted."
        ),
        example="opsec clean clip.mp4 -o fit-to-post.mp4 --sites geofences",
        exit_codes=exit_codes.CLEAN,
    )
    def clean(
        clip: str = options.make_argument(
            ..., text=_("photo or video; with --gate also a folder, or - for standard input"), metavar="CLIP"
        ),
        output: Path | None = options.make_option(
            None, "-o", "--output", text=_("the copy: .mp4 for a video, .jpg or .png for a photo"), metavar="COPY"
        ),
        gate: bool = options.make_option(False, "--gate", text=_("write no copy; only say what may be posted")),
        sound: str = options.make_option("keep", "--sound", text=_("keep or cut; default: keep"), metavar="keep|cut"),
        new_caption: bool = options.make_option(
            False, "--new-caption", text=_("the copy will be posted with other words than those beside the clip")
        ),
        force: bool = options.make_option(False, "--force", text=_("replace an existing copy")),
        keep_unclean: bool = _keep_unclean_option(),
        sites: Path | None = options.sites_option(),
        format_name: str = _format_option(),
        config: Path | None = options.config_option(),
    ) -> None:
        _check_choice("--sound", sound, _SOUND)
        _check_choice("--format", format_name, _FORMATS)
        settings = options.load_settings(config)
        if gate:
            raise typer.Exit(_run_gate(clip, output, sites, settings, format_name))
        from opsec.app.clean import CopyChoices

        choices = CopyChoices("cut" if sound == "cut" else "keep", new_caption, force, keep_unclean)
        raise typer.Exit(_make_copy(clip, output, choices, sites, settings, format_name))


def _keep_unclean_option() -> Any:
    return options.make_option(
        False, "--keep-unclean", text=_("write the copy even if it is not clean or was not fully checked")
    )


def _format_option() -> Any:
    return options.make_option(
        "table", "--format", text=_("write the result to standard output as table or json"), metavar="FORMAT"
    )


def _make_copy(
    clip: str,
    output: Path | None,
    choices: "CopyChoices",
    sites: Path | None,
    settings: "Settings",
    format_name: str,
) -> int:
    """Make a copy, print what changed, and return the exit code."""
    if output is None:
        raise UsageError(_("name the copy with -o, such as -o fit-to-post.mp4"))
    from opsec.app.clean import clean

    made = clean(Path(clip), output, sites=sites, settings=settings, choices=choices)
    _print_copy(made, clip, output, settings, format_name)
    checked = made.after.clip.coverage.reasons
    _print_isolation_and_faults([made.before.clip.coverage.reasons], checked)
    print_message(_summary(made, output))
    return _exit_code(made.outcome, checked)


def _print_isolation_and_faults(clips: "Iterable[Iterable[Reason]]", checked: "Iterable[Reason]") -> None:
    """Print which clips were read with weak isolation, and the faults of this program among ``checked``."""
    from opsec.reports.terminal import fault_count_messages, isolation_messages
    from opsec.runtime.program_faults import faults_among

    for line in isolation_messages(clips):
        print_message(line)
    for line in fault_count_messages(faults_among(checked)):
        print_message(line, prefix="opsec: ")


def _exit_code(outcome: "Outcome", reasons: "Iterable[Reason]") -> int:
    """Return the exit code; a fault of this program wins over "not fully checked", as for a scan."""
    from opsec.runtime.program_faults import faults_among

    if outcome == "not_checked":
        return exit_codes.PROGRAM_FAULT if faults_among(reasons) else exit_codes.NOT_FULLY_CHECKED
    return exit_codes.OK if outcome == "clean" else exit_codes.FLAGGED


def _check_choice(option: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise UsageError(
            _(
                "{option} cannot be {word}; use one of {known}",
                option=option,
                word=escape_unsafe(given, limit=60),
                known=", ".join(known),
            )
        )


def _print_copy(made: "CleanedCopy", clip: str, copy: Path, settings: "Settings", format_name: str) -> None:
    from opsec.i18n.safe_text import decode_path
    from opsec.reports.clean_view import clean_json, clean_messages
    from opsec.reports.terminal import print_line

    with guard_stdout() as stream:
        if format_name == "json":
            stream.buffer.write(clean_json(made, decode_path(clip), decode_path(copy)))
            return
        for line in clean_messages(made):
            print_line(line, current_language(), settings.terminal, stream)


def _summary(made: "CleanedCopy", copy: Path) -> Message:
    """Return the last line: whether the copy is clean, and whether it was written."""
    file = display_path(copy)
    if made.outcome == "clean":
        return _(
            "wrote {file}: it is clean; all required checks ran, and nothing at review or above was found", file=file
        )
    if made.outcome == "unclean" and made.is_written:
        return _("wrote {file}, which is NOT clean: something at review or above remains in it", file=file)
    if made.outcome == "unclean":
        if made.alone.verdict.action == "nothing_found":
            return _(
                "no copy was written: the words of the post name a site; "
                "use --new-caption if it will be posted with other words"
            )
        return _(
            "no copy was written: something at review or above remains; cut that part of the clip, "
            "use --sound cut if it is spoken, or choose another name for the copy if its name says it"
        )
    if made.is_written:
        return _("wrote {file}, which was NOT fully checked and may not be clean", file=file)
    return _(
        "no copy was written: it could not be fully checked; run opsec doctor to see what is missing, "
        "or use --keep-unclean to look at the copy"
    )


# ── gate ──────────────────────────────────────────────────────────────────────────────────────
def _run_gate(path: str, output: Path | None, sites: Path | None, settings: "Settings", format_name: str) -> int:
    """Print what may be posted, and return the exit code."""
    if output is not None:
        raise UsageError(_("--gate writes no copy; leave out -o, or leave out --gate"))
    from opsec.app.gate import gate
    from opsec.reports.gate_view import gate_json, gate_message
    from opsec.reports.terminal import print_line

    answers = gate(path, stdin=sys.stdin.buffer, sites=sites, settings=settings)
    with guard_stdout() as stream:
        if format_name == "json":
            stream.buffer.write(gate_json(answers))
        else:
            for one in answers:
                print_line(gate_message(one, current_language()), current_language(), settings.terminal, stream)
    reasons = [reason for one in answers for reason in one.reasons]
    _print_isolation_and_faults([one.remarks for one in answers], reasons)
    return _exit_code(_gate_outcome(answers), reasons)


def _gate_outcome(answers: "tuple[GateAnswer, ...]") -> "Outcome":
    found = {one.answer for one in answers}
    if "do_not_post" in found:
        return "unclean"
    return "not_checked" if "not_checked" in found else "clean"
