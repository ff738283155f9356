"""Landlock: the kernel refuses every path outside the folders that are named (Linux 5.13 and later).

See Linux ``Documentation/userspace-api/landlock.rst``. Later versions of the interface also refuse TCP ports, signals
to other processes and abstract sockets.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from opsec.runtime.process_lock.system_calls import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""The same numbers on every architecture."""
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_ACCESSES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Version of the interface → all accesses to files that it knows."""
_NETWORK_FROM, _TCP_BIND_AND_CONNECT = 4, 0b11
_SCOPES_FROM, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3


def landlock_version() -> int:
    """Return the version of the kernel's interface; 0 when it has none or it is switched off."""
    try:
        return system_call(_CREATE_RULESET, ctypes.c_void_p(None), 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict(readable: Iterable[str] = ()) -> None:
    """Refuse every path but those below these folders, which may be read; files that are open stay open.

    ``no_new_privs`` must be set.

    Raises
    ------
    OSError
        The kernel refuses the rules or has no Landlock.
    """
    version = landlock_version()
    handled = _ACCESSES[max((known for known in _ACCESSES if known <= version), default=1)]
    network = _TCP_BIND_AND_CONNECT if version >= _NETWORK_FROM else 0
    scopes = _ABSTRACT_SOCKETS_AND_SIGNALS if version >= _SCOPES_FROM else 0
    fields = struct.pack("=QQQ", handled, network, scopes)[: 24 if scopes else 16 if network else 8]
    attributes = ctypes.create_string_buffer(fields, len(fields))
    rules = system_call(_CREATE_RULESET, ctypes.c_void_p(ctypes.addressof(attributes)), len(fields), 0)
    try:
        for folder in readable:
            _allow_reading(rules, folder)
        system_call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow_reading(rules: int, path: str) -> None:
    """Add a rule for one path; one that does not exist needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        is_folder = Path(path).is_dir()
        access = _EXECUTE | _READ_FILE | (_READ_FOLDER if is_folder else 0)
        fields = ctypes.create_string_buffer(struct.pack("=Qi", access, place), 12)
        system_call(_ADD_RULE, rules, _RULE_PATH_BENEATH, ctypes.c_void_p(ctypes.addressof(fields)), 0)
    finally:
        os.close(place)
