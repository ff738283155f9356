"""The command line of this process as other accounts see it: passwords are taken out of the list of processes."""

import ctypes
import re
from collections.abc import Iterable
from pathlib import Path

_DATABASE_URL = re.compile(r"(?:postgres|sqlite)[\w+.-]*://.*", re.DOTALL)
_PASSWORDS = re.compile(r"://[^:/@]*:(?P<of_user>[^@]*)@|[?&](?:ssl)?password=(?P<of_query>[^&]+)")
_ARGUMENTS_START, _ARGUMENTS_END = 45, 46
"""Places in ``/proc/self/stat`` after the name of the program (proc_pid_stat(5): fields 48 and 49)."""


def passwords_in(arguments: Iterable[str]) -> tuple[str, ...]:
    """Return the passwords of the URLs of databases in arguments, as they are written there.

    >>> passwords_in(["--case=postgresql://salim:a%20b@db.example/opsec", "postgresql://db.example/x?password=c"])
    ('a%20b', 'c')
    >>> passwords_in(["postgresql://salim@db.example/opsec", "a:b@c.mp4", "https://example.org:443/@salim"])
    ()
    """
    urls = (url[0] for argument in arguments if (url := _DATABASE_URL.search(argument)))
    found = (match for url in urls for match in _PASSWORDS.finditer(url))
    return tuple(password for match in found if (password := match["of_user"] or match["of_query"]))


def blank_arguments(secrets: Iterable[str]) -> None:
    """Overwrite texts in the memory from which Linux lists the arguments of this process; other systems keep them."""
    try:
        fields = Path("/proc/self/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        start, end = int(fields[_ARGUMENTS_START]), int(fields[_ARGUMENTS_END])
        listed = Path("/proc/self/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    if not 0 < start < end or len(listed) != end - start:
        return  # another program has changed the list already: what is in this memory is not known
    for secret in secrets:
        wanted, at = secret.encode("utf-8", "surrogateescape"), -1
        while wanted and (at := listed.find(wanted, at + 1)) >= 0:
            ctypes.memset(start + at, ord("x"), len(wanted))
