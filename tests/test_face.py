"""``import opsec`` as a library sees it: two functions, there on first use and not before."""

import subprocess
import sys

import opsec
from opsec.scan import rematch, scan


def test_the_functions_are_there_also_after_their_module_is_loaded() -> None:
    assert opsec.scan is scan
    assert opsec.rematch is rematch


def test_they_come_when_they_are_used_and_nothing_heavy_before() -> None:
    program = (
        "import sys, opsec\n"
        "assert not {'opsec.scan', 'cv2', 'av', 'shapely', 'numpy', 'sqlalchemy'} & set(sys.modules)\n"
        "assert opsec.rematch.__name__ == 'rematch' and opsec.scan.__name__ == 'scan'\n"
        "import opsec.scan\n"
        "assert callable(opsec.scan)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
