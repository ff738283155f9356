"""Install opsec on each Python with the locked, the oldest and the newest packages, and scan the examples on each.

    python3 .ci/try_pythons.py [--sets lock,oldest,newest] [--newer] [INTERPRETER ...]

Without INTERPRETER it takes every supported Python on this machine and names those that are absent. It fails when an
installation fails, when the examples are flagged otherwise than ``examples/expected.json`` says, or when a test fails.
It needs a network, except for what pip has in its cache.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
SETS = ("lock", "oldest", "newest")
TOOLS = ("pytest>=8.3", "pytest-timeout>=2.3", "pytest-xdist>=3.6", "hypothesis>=6.115", "hatchling>=1.25")
"""What the tests below need in addition to opsec."""
TESTS = (
    "tests/test_install.py",
    "tests/app/test_scan.py",
    "tests/app/test_scan_landmarks.py",
    "tests/readers/audio/test_speech.py",
    "tests/readers/metadata/test_ffmpeg_tags.py",
    "tests/readers/video/test_reader.py",
    "tests/readers/video/test_signs.py",
    "tests/vision/decoding",
)
"""Tests of the code that calls libraries whose interfaces change: PyAV, OpenCV, tesserocr, faiss, SQLAlchemy."""
FLAGGED_EXIT, WAIT_S = 1, 1800


class FailedError(Exception):
    """A step that did not do what it should; the message is one line."""


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter and its version, such as 3.13.0."""

    command: str
    version: str

    @property
    def minor(self) -> str:
        return self.version.rpartition(".")[0]

    def order(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))


def main() -> int:
    """Try every combination; 0 when all passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS), help="which packages: lock, oldest, newest (default: all)")
    parser.add_argument("--newer", action="store_true", help="only the newest, if it is newer than this one")
    parser.add_argument("interpreters", nargs="*", metavar="INTERPRETER", help="default: all on this machine")
    arguments = parser.parse_args()
    named = arguments.interpreters
    pythons = sorted(map(describe_interpreter, named) if named else find_interpreters(), key=Python.order)
    if not arguments.newer:
        for minor in sorted(set(SUPPORTED) - {one.minor for one in pythons}):
            say(f"Python {minor}: not tried; it was not named, or is not on this machine")
    if arguments.newer:
        pythons = [one for one in pythons[-1:] if one.order()[:2] > sys.version_info[:2]]
        if not pythons:
            say("nothing to try: no newer Python than this one is on this machine")
            return 0
    with tempfile.TemporaryDirectory(prefix="opsec-pythons-") as folder:
        results = [
            try_set(python, chosen, Path(folder) / f"{python.version}-{chosen}")
            for python in pythons
            for chosen in arguments.sets.split(",")
        ]
    say(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


def find_interpreters() -> Iterator[Python]:
    """Yield for each supported Python the newest that pyenv has, or else the one on PATH."""
    kept = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    for minor in SUPPORTED:
        by_pyenv = sorted(probe(map(str, kept.glob(f"{minor}.*/bin/python"))), key=Python.order, reverse=True)
        on_path = probe([f"python{minor}", "python3"])
        yield from [one for one in (*by_pyenv, *on_path) if one.minor == minor][:1]


def probe(commands: Iterable[str]) -> Iterator[Python]:
    """Yield those of the commands that are Python interpreters."""
    yield from (Python(command, version) for command in commands if (version := version_of(command)))


def describe_interpreter(command: str) -> Python:
    version = version_of(command)
    if version is None:
        raise SystemExit(f"{command} is not a Python interpreter; name one such as python3.13")
    return Python(command, version)


def version_of(command: str) -> str | None:
    program = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
    try:
        done = subprocess.run([command, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def try_set(python: Python, chosen: str, folder: Path) -> bool:
    """Install one set of packages, scan and test in a fresh environment; print one line."""
    started_s = time.monotonic()
    try:
        run([python.command, "-m", "venv", str(folder)])
        INSTALL[chosen](folder, python)
        installed_s = time.monotonic() - started_s
        scanned_s = scan(folder)
        passed = run_tests(folder, lenient=chosen == "oldest")
    except FailedError as fault:
        say(f"Python {python.version}, {chosen}: FAILED: {fault}")
        return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    whole_s = time.monotonic() - started_s
    say(
        f"Python {python.version}, {chosen}: flagged as expected; {passed}; "
        f"install {installed_s:.0f} s, scan {scanned_s:.0f} s, all {whole_s:.0f} s"
    )
    return True


# ── the three sets of packages ────────────────────────────────────────────────────────────────
def install_lock(venv: Path, _python: Python) -> None:
    """Install the locked versions, as the README says."""
    pip(venv, "--no-deps", "--require-hashes", "-r", "requirements/dev.txt")
    pip(venv, "--no-deps", "--no-build-isolation", "-e", ".")


def install_oldest(venv: Path, python: Python) -> None:
    """Install every direct requirement at its lower bound, or at the first release above it with a wheel for it."""
    pip(venv, "uv>=0.8")
    oldest = venv / "oldest.txt"
    run(
        [
            f"{venv}/bin/uv", "pip", "compile", "--quiet", "--resolution", "lowest-direct", "--only-binary", ":all:",
            "--python-version", python.minor, "--no-emit-index-url", "--output-file", str(oldest), "pyproject.toml",
        ]
    )  # fmt: skip
    pip(venv, "--only-binary", ":all:", "-r", str(oldest), *TOOLS)
    install_opsec(venv)


def install_newest(venv: Path, _python: Python) -> None:
    """Install what pip chooses today, without a lock."""
    pip(venv, *TOOLS)
    install_opsec(venv, with_requirements=True)


def install_opsec(venv: Path, *, with_requirements: bool = False) -> None:
    """Install opsec itself; the packages whose files it takes are needed for the build only."""
    build_only = build_requirements()
    pip(venv, "editables")
    pip(venv, "--no-deps", *build_only)
    pip(venv, *([] if with_requirements else ["--no-deps"]), "--no-build-isolation", ".")
    run([f"{venv}/bin/pip", "uninstall", "--quiet", "--yes", *(one.partition("==")[0] for one in build_only)])
    run([f"{venv}/bin/pip", "check"])


INSTALL = {"lock": install_lock, "oldest": install_oldest, "newest": install_newest}


def build_requirements() -> list[str]:
    """Return the packages that hatch_build.py takes files from."""
    lines = (ROOT / "hatch_build.py").read_text("utf-8").splitlines()
    found = dict.fromkeys(line.split('"')[1] for line in lines if line.startswith("    requirement="))
    assert found
    return list(found)


def pip(venv: Path, *arguments: str) -> None:
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    run([f"{venv}/bin/python", "-m", "pip", *install, *arguments])


# ── what is checked with each ────────────────────────────────────────────────────────────────
def scan(venv: Path) -> float:
    """Scan the examples and return how many seconds that took.

    Raises
    ------
    FailedError
        The scan flagged or checked the clips otherwise than expected.
    """
    out = venv / "scan.json"
    command = ["scan", "examples/posts", "--sites", "geofences", "--case", str(venv / "case.db"), "-o", str(out)]
    started_s = time.monotonic()
    run([f"{venv}/bin/opsec", *command], exit_code=FLAGGED_EXIT)
    expected = json.loads((ROOT / "examples" / "expected.json").read_text("utf-8"))
    actual = dict(summarise_clips(json.loads(out.read_text("utf-8"))))
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            raise FailedError(f"{name}: expected {expected.get(name)}, got {actual.get(name)}")
    return time.monotonic() - started_s


def summarise_clips(scanned: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each clip's name and the parts of its result that must not depend on the machine."""
    for clip in scanned["clips"]:
        yield (
            Path(clip["path"]).name,
            {
                "action": clip["verdict"]["action"],
                "rules": sorted(finding["rule"] for finding in clip["findings"]),
                "status": clip["coverage"]["status"],
                "signage": clip["coverage"]["checks"]["signage"],
            },
        )


def run_tests(venv: Path, *, lenient: bool) -> str:
    """Run the tests and return the last line that they print, such as ``210 passed in 12.3s``.

    With lenient, deprecation warnings of old libraries pass; elsewhere a warning fails a test.
    """
    warnings = ["-W", "ignore::DeprecationWarning"] if lenient else []
    done = run([f"{venv}/bin/python", "-m", "pytest", "-p", "no:cacheprovider", *warnings, *TESTS])
    return done.stdout.strip().rpartition("\n")[2].strip("= ")


def run(command: list[str], exit_code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=WAIT_S, check=False)
    if done.returncode != exit_code:
        last_lines = (done.stdout + done.stderr).strip().splitlines()[-12:]
        raise FailedError(f"exit code {done.returncode} of: {' '.join(command)}\n" + "\n".join(last_lines))
    return done


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
