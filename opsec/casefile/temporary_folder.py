"""Folder of temporary files: on the officer's own disk, not one that other accounts share."""

import os
from pathlib import Path

from opsec.casefile.database import MEMORY, case_path


def temporary_folder(where: str, usual: str = MEMORY) -> Path | None:
    """Return the folder for temporary files; None: the system's own, which others may share.

    Parameters
    ----------
    where
        Case; one in a file has its temporary files beside it.
    usual
        Case of the settings, for a run without a case in a file: its folder is the officer's own too. It is used if
        files can be written there, whether or not that case exists.
    """
    for path in (case_path(where), case_path(usual)):
        if path is not None and path != MEMORY:
            folder = Path(path).absolute().parent
            return folder if path == case_path(where) or os.access(folder, os.W_OK | os.X_OK) else None
    return None
