"""Write the results of a scan to standard output or files and messages to standard error; decide the exit code."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from opsec.app.scan_session import only_new
from opsec.cli import exit_codes
from opsec.cli.messages import print_message
from opsec.cli.stdio import guard_stdout
from opsec.errors import OutputError, UsageError
from opsec.i18n.messages import _, current_language
from opsec.i18n.safe_text import display_path, escape_unsafe
from opsec.model import ACTIONS, Action, Result, Scan
from opsec.reports.atomic_write import check_writable, write_atomically
from opsec.reports.formats import FORMATS, format_for_path
from opsec.reports.terminal import (
    counts_message,
    expiry_messages,
    fault_messages,
    isolation_messages,
    print_table,
    unread_file_messages,
)
from opsec.runtime.program_faults import count_faults
from opsec.settings import Terminal


@dataclass(frozen=True, slots=True)
class OutputPlan:
    """Where to write the results and in which formats; checked before the scan, which may take hours."""

    files: tuple[tuple[Path, str], ...]
    """Paths, each with the format of its extension."""
    on_stdout: str | None
    """Format for standard output, if any."""
    fail_on: Action
    """Least urgent action that makes the exit code 1."""
    terminal: Terminal
    only_new: bool = False
    """Show only findings that no earlier scan has seen."""
    show_plans: bool = False
    """Draw the fences to scale in HTML."""
    written_sha256: list[str] = field(default_factory=list)
    """Hashes of the files that were written."""

    @classmethod
    def from_options(cls, files: list[Path], format_name: str | None, fail_on: str, terminal: Terminal) -> "OutputPlan":
        """Build the plan from the options of the command line.

        Parameters
        ----------
        files
            Files to write; the extension selects the format.
        format_name
            Format for standard output; None: a table, unless there are files.
        fail_on
            Least urgent action word that makes the exit code 1.
        terminal
            Settings of the terminal.

        Raises
        ------
        UsageError
            A format or an action word is unknown, or an extension has no format.
        OutputError
            A file cannot be written.
        """
        if format_name is not None and format_name not in FORMATS:
            raise UsageError(
                _(
                    "{name} is not a format; use one of {known}",
                    name=escape_unsafe(format_name),
                    known=", ".join(FORMATS),
                )
            )
        actions = {action: action for action in ACTIONS if action != "nothing_found"}
        if fail_on not in actions:
            raise UsageError(
                _(
                    "{name} is not a valid action; use one of {known}",
                    name=escape_unsafe(fail_on),
                    known=", ".join(actions),
                )
            )
        on_stdout = format_name or (None if files else "table")
        named = tuple((path, format_for_path(path)) for path in files)
        for path in files:
            check_writable(path)
        return cls(named, on_stdout, actions[fail_on], terminal)

    def refuse_to_replace_posts(self, scanned: list[Path], own_results: frozenset[str]) -> None:
        """Refuse to replace a file of posts by a result.

        Parameters
        ----------
        scanned
            Files and folders to be scanned.
        own_results
            SHA-256 of the results of earlier scans, which may be replaced.

        Raises
        ------
        UsageError
            A file to write exists in what is to be scanned and was not written by this program for this case.
        """
        for path, _name in self.files:
            inside = any(path.resolve().is_relative_to(root.resolve()) for root in scanned)
            if inside and path.is_file() and _sha256(path) not in own_results:
                raise UsageError(
                    _(
                        "{file} is inside the folder to be scanned and was not written by opsec; choose another name",
                        file=display_path(path),
                    )
                )

    def write(self, scan: Scan) -> int:
        """Write everything that can be written; return the exit code, 2 when a result could not be written."""
        shown = replace(only_new(scan) if self.only_new else scan, shows_plans=self.show_plans)
        failed = [*self._write_files(shown), *self._write_stdout(shown)]
        for line in unread_file_messages(scan):
            print_message(line)
        for error in failed:
            print_message(error.message, prefix="opsec: ")
        for line in (*isolation_messages(one.clip.coverage.reasons for one in scan.results), *expiry_messages(scan)):
            print_message(line)
        for line in fault_messages(scan):
            print_message(line, prefix="opsec: ")
        print_message(counts_message(scan.counts))
        return max((error.exit_code for error in failed), default=0) or self.exit_code(scan, shown)

    def _write_files(self, scan: Scan) -> Iterator[OutputError]:
        """Write each file; a failure does not prevent the others."""
        for path, name in self.files:
            from opsec.app.issue import make_form

            try:
                data = make_form(path, partial(FORMATS[name].render, scan, current_language()))
                write_atomically(path, data)
                self.written_sha256.append(hashlib.sha256(data).hexdigest())
                print_message(_("wrote {file}", file=display_path(path)))
            except OutputError as error:
                yield error

    def _write_stdout(self, scan: Scan) -> Iterator[OutputError]:
        data = None if self.on_stdout in {None, "table"} else FORMATS[self.on_stdout].render(scan, current_language())
        try:
            with guard_stdout() as stream:
                if self.on_stdout == "table":
                    print_table(scan, current_language(), self.terminal, stream)
                elif data is not None:
                    stream.buffer.write(data)
        except OutputError as error:
            yield error

    def exit_code(self, scan: Scan, shown: Scan | None = None) -> int:
        """Return 1 when a clip is at least as urgent as asked, else 4 after a fault of this program, else 3 or 0.

        Only clips in ``shown`` (default: all) are compared with the action; faults and clips that were not fully
        checked count wherever they are.

        An exposure wins: it needs an officer today, and scripts act on 1. The fault is still named on standard error
        and by ``opsec doctor``. A fault wins over 3, "not fully checked", because it repeats until it is corrected.
        """
        threshold = ACTIONS.index(self.fail_on)
        results = (shown or scan).results
        if any(ACTIONS.index(action) <= threshold for result in results for action in _open_actions(result)):
            return exit_codes.FLAGGED
        if count_faults(scan):
            return exit_codes.PROGRAM_FAULT
        return exit_codes.NOT_FULLY_CHECKED if scan.counts.not_fully_checked else exit_codes.OK


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open_actions(result: Result) -> Iterator[Action]:
    """Yield the actions that no decision hides; a clip to watch has a verdict and no finding."""
    yield from (finding.action for finding in result.findings if not finding.is_hidden)
    if not result.findings:
        yield result.verdict.action
