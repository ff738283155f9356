"""Name of the account that runs the program."""

import os
from pathlib import Path

_VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")
_PASSWD = Path("/etc/passwd")


def account_name() -> str:
    """Return the name of the account that runs the program; empty where neither environment nor system has one.

    ``getpass.getuser`` asks the name service of the system, which opens a socket; this program opens none.
    """
    for variable in _VARIABLES:
        if name := os.environ.get(variable):
            return name
    return _name_in_passwd(os.getuid()) if hasattr(os, "getuid") else ""


def _name_in_passwd(uid: int) -> str:
    """Return the name of an account in ``/etc/passwd`` (passwd(5)); accounts of a directory service are not there."""
    try:
        lines = _PASSWD.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    fields = (line.split(":") for line in lines)
    return next((one[0] for one in fields if len(one) >= 3 and one[2] == str(uid)), "")
