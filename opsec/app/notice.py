"""A notice of new findings, through a command that the officer sets: counts go in, no path, site or word."""

import subprocess
from collections.abc import Mapping, Sequence

from opsec.i18n.messages import Message, _

PLACEHOLDERS = ("new", "flagged", "not_checked")
"""Words in braces that the arguments of the command may contain; each becomes a number."""


def send_notice(command: Sequence[str], counts: Mapping[str, int], timeout_s: float) -> Message | None:
    """Run the command with the counts; return a sentence if that failed.

    Parameters
    ----------
    command
        Program and arguments. No shell is involved.
    counts
        By placeholder.
    timeout_s
        After which the command is ended.
    """
    filled = [_filled(argument, counts) for argument in command]
    try:
        done = subprocess.run(
            filled,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _(
            "the notice command took longer than {limit} s and was ended; check watch.command in opsec.toml",
            limit=timeout_s,
        )
    except OSError as error:
        return _(
            "the notice command cannot be started ({error}); check watch.command in opsec.toml",
            error=error.strerror or type(error).__name__,
        )
    if done.returncode:
        return _(
            "the notice command failed with status {status}; check watch.command in opsec.toml", status=done.returncode
        )
    return None


def _filled(argument: str, counts: Mapping[str, int]) -> str:
    for name in PLACEHOLDERS:
        argument = argument.replace(f"{{{name}}}", str(counts.get(name, 0)))
    return argument
