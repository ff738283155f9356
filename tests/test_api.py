"""``import opsec`` as a library: two functions, loaded on first use, that do not change the host's process."""

import doctest
import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

import opsec
import opsec.app.scan
from opsec.app.scan import rematch, scan
from tests.app.test_scan_landmarks import encode_video, pan
from tests.cli.conftest import ROOT
from tests.matching.landmarks.drawn import wall


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


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


@pytest.mark.parametrize("first", ["pass", "import opsec.scan", "import opsec; opsec.scan", "from opsec import scan"])
def test_the_module_is_found_before_and_after_it_is_imported(first: str) -> None:
    _run(
        f"{first}\nfrom importlib.util import find_spec\n"
        "assert find_spec('opsec.scan').name == 'opsec.scan'\n"
        "import opsec.scan\nfrom opsec.app.scan import scan\n"
        "assert opsec.scan is scan\n"
        "assert find_spec('opsec.scan').name == 'opsec.scan'\n"
    )


def test_importing_the_package_leaves_its_module_class_alone() -> None:
    _run("import sys, types, opsec, opsec.scan\nassert type(sys.modules['opsec']) is types.ModuleType\n")


@pytest.mark.slow
@pytest.mark.parametrize("module", [opsec, sys.modules["opsec.app.scan"]], ids=["package", "function"])
def test_the_documented_example_runs(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
    assert doctest.testmod(module).attempted > 0  # type: ignore[arg-type]


HOST = """
import json, logging, os, sys, warnings, signal, locale, random
import cv2, faiss, numpy, PIL.Image, PIL.ImageFile

cv2.setNumThreads(3)
cv2.setRNGSeed(5)
faiss.omp_set_num_threads(3)
PIL.Image.MAX_IMAGE_PIXELS = 1_000
warnings.filterwarnings("error", category=ResourceWarning)
os.environ["OPSEC_LOG"] = "debug"

def state():
    PIL.Image.init()
    names = ("opsec", "exifread", "PIL", "")
    return {
        "cv2": [cv2.getNumThreads(), cv2.utils.logging.getLogLevel(), cv2.useOptimized()],
        "faiss": faiss.omp_get_max_threads(),
        "pillow": [PIL.Image.MAX_IMAGE_PIXELS, PIL.ImageFile.LOAD_TRUNCATED_IMAGES, sorted(PIL.Image.OPEN)],
        "warnings": repr(warnings.filters),
        "loggers": [
            [one.level, one.disabled, one.propagate, len(one.handlers)] for one in map(logging.getLogger, names)
        ],
        "environment": dict(os.environ),
        "signals": [repr(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)],
        "locale": locale.setlocale(locale.LC_ALL),
        "numpy": repr(numpy.geterr()),
        "limits": [sys.getrecursionlimit(), sys.get_int_max_str_digits()],
        "folder": os.getcwd(),
        "language": [language._chosen, language._preferred],
        "random": repr(random.getstate()),
    }

import opsec.app.scan
from opsec.i18n import messages as language
"""
STATE = (
    HOST
    + """
before = state()
found = opsec.scan(sys.argv[1:2], sites=sys.argv[2])
after = state()
changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
print(json.dumps([changed, [[r.verdict.action, r.clip.coverage.checks["landmarks"]] for r in found.results]]))
"""
)


@pytest.mark.slow
def test_a_scan_in_the_process_of_a_host_leaves_its_settings_alone(tmp_path: Path) -> None:
    """Photos of landmarks are opened and compared in the host's process, one of them damaged, one of 64 megapixels."""
    site = tmp_path / "sites" / "lake-camp"
    place = site / "landmarks" / "gate"
    place.mkdir(parents=True)
    (site / "site.toml").write_text('id = "lake-camp"\nkind = "base"\n[names]\nen = ["Lake Camp"]\n', "utf-8")
    assert cv2.imwrite(str(place / "a.jpg"), wall(1))
    (place / "b.jpg").write_bytes((place / "a.jpg").read_bytes()[:40_000])
    assert cv2.imwrite(str(place / "c.jpg"), cv2.resize(wall(1), (8_000, 6_000)))
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.mp4").write_bytes(encode_video(pan(1)))
    (tmp_path / "posts" / "list.csv").write_text("caption\n38RPV 47123 89456 and 31.005, 42.005\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", STATE, str(tmp_path / "posts"), str(tmp_path / "sites")],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    changed, results = json.loads(done.stdout)
    assert changed == {}
    assert results[0] == ["act_today", "ran"]


def test_nothing_but_process_state_changes_the_settings_of_libraries() -> None:
    """Workers, the command line and tools may: they own their process."""
    words = ("setNumThreads", "MAX_IMAGE_PIXELS =", "LOAD_TRUNCATED_IMAGES =", "omp_set_num_threads", "simplefilter",
             "filterwarnings", "setLogLevel", "setRNGSeed", "register_heif_opener", "setrlimit(",
             ".setLevel(")  # fmt: skip
    package = ROOT / "opsec"
    may = {"runtime/process_state.py", "sandbox/worker.py", "matching/landmarks/model_server.py", "cli/debug_log.py",
           "runtime/process_lock/lock.py", "sandbox/pdf_worker.py"}  # fmt: skip
    found = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if file.relative_to(package).parts[0] != "devtools" and any(word in file.read_text("utf-8") for word in words)
    }
    assert found <= may
