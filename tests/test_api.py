"""``import opsec`` as a library: two functions, loaded on first use and not before."""

import subprocess
import sys

import pytest

import opsec
from opsec.app.scan import rematch, scan


def _run(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_package_offers_the_functions_after_their_module_is_loaded() -> None:
    assert opsec.scan is scan
    assert opsec.rematch is rematch


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scam'"):
        opsec.scam  # noqa: B018


def test_nothing_heavy_is_loaded_before_first_use() -> None:
    _run(
        "import sys, opsec\n"
        "assert not {'opsec.app.scan', 'cv2', 'av', 'shapely', 'numpy', 'sqlalchemy'} & set(sys.modules)\n"
        "assert opsec.rematch.__name__ == 'rematch' and opsec.scan.__name__ == 'scan'\n"
    )


@pytest.mark.parametrize("first", ["import opsec.scan", "import opsec.app.scan", "from opsec import scan"])
def test_scan_is_callable_whatever_was_imported_first(first: str) -> None:
    _run(f"{first}\nimport opsec\nimport opsec.scan\nfrom opsec.app.scan import scan\nassert opsec.scan is scan\n")


def test_importing_the_package_leaves_its_module_class_alone() -> None:
    _run("import sys, types, opsec, opsec.scan\nassert type(sys.modules['opsec']) is types.ModuleType\n")
