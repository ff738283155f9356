"""The lock of a worker process; see ``opsec.runtime.process_lock.lock``, which other rooms use too."""

from opsec.runtime.process_lock.lock import (
    NO_PARTS,
    PARTS,
    REQUIRED_PARTS,
    LockError,
    LockPart,
    LockRules,
    lock_process,
    lower_limit,
    prepare_lock,
)
from opsec.runtime.process_lock.system_calls import keep_memory_private

__all__ = [
    "NO_PARTS",
    "PARTS",
    "REQUIRED_PARTS",
    "LockError",
    "LockPart",
    "LockRules",
    "keep_memory_private",
    "lock_process",
    "lower_limit",
    "prepare_lock",
]
