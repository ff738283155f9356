"""``opsec clean``: a copy fit to post or none, the original untouched, and a gate that answers by its exit code."""

import io
import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from opsec.app.gate import gate
from opsec.casefile import audit_trail
from opsec.casefile.case_file import open_case
from opsec.cli import run
from opsec.demo.media import clip, photo
from opsec.demo.media_boxes import with_xyz
from opsec.errors import UsageError
from opsec.sandbox import worker_pool
from opsec.sandbox.template_process import Isolation
from tests.cli.conftest import ROOT, Opsec

POSTS = ROOT / "examples" / "posts"
ARMOURY = (34.0217, 43.2747)
SITE = """\
id = "falcon-camp"
kind = "base"
code = "F-07"
position = [34.0217, 43.2747]
radius_m = 500
[names]
en = ["Falcon Camp"]
ar = ["معسكر الصقر"]
"""


def clean(opsec: Opsec, original: Path, copy: Path, *more: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return opsec("--lang", lang, "clean", original, "-o", copy, *more)


@pytest.fixture(autouse=True)
def sites(tmp_path: Path) -> Path:
    """One site without landmarks, so that none has to be enrolled."""
    folder = tmp_path / "geofences"
    (folder / "falcon-camp").mkdir(parents=True)
    (folder / "falcon-camp" / "site.toml").write_text(SITE, "utf-8")
    return folder


@pytest.fixture
def flagged(tmp_path: Path) -> Path:
    """A clip whose position is inside a fence."""
    path = tmp_path / "run.mp4"
    path.write_bytes(with_xyz(clip(5), *ARMOURY))
    return path


def test_a_copy_without_the_position_is_clean_and_private(opsec: Opsec, flagged: Path, tmp_path: Path) -> None:
    before = flagged.read_bytes(), flagged.stat().st_mtime_ns
    done = clean(opsec, flagged, tmp_path / "out.mp4")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:3] == [
        "original: act now, likelihood 98% (site F-07)",
        "copy: nothing found",
        "removed: Position inside the fence (moov/udta/©xyz)",
    ]
    assert "it is clean" in done.stderr
    assert stat.S_IMODE((tmp_path / "out.mp4").stat().st_mode) == 0o600
    assert b"xyz" not in (tmp_path / "out.mp4").read_bytes()
    assert (flagged.read_bytes(), flagged.stat().st_mtime_ns) == before
    assert sorted(one.name for one in tmp_path.glob(".opsec*")) == []


@pytest.mark.slow
def test_the_result_as_json(opsec: Opsec, flagged: Path, tmp_path: Path) -> None:
    done = clean(opsec, flagged, tmp_path / "out.mp4", "--format", "json")
    result = json.loads(done.stdout)
    assert (result["outcome"], result["before"]["action"], result["after"]["action"]) == (
        "clean", "act_now", "nothing_found",
    )  # fmt: skip
    assert [one["rule"] for one in result["removed"]] == ["GPS-IN-FENCE"]
    assert result["remaining"] == []
    assert "34.02" not in done.stdout


@pytest.mark.slow
def test_words_beside_the_clip_remain_unless_it_is_posted_with_others(opsec: Opsec, tmp_path: Path) -> None:
    for name in ("VID_20261116_0530.mp4", "VID_20261116_0530.info.json"):
        shutil.copy(POSTS / name, tmp_path)
    original, copy = tmp_path / "VID_20261116_0530.mp4", tmp_path / "out.mp4"
    refused = clean(opsec, original, copy)
    assert refused.returncode == 1
    assert "remains in the words of the post, which a copy cannot change: Name of the site" in refused.stdout
    assert "use --new-caption" in refused.stderr
    assert not copy.exists()
    arabic = clean(opsec, original, copy, lang="ar")
    assert "باقٍ في كلمات المنشور" in arabic.stdout
    assert clean(opsec, original, copy, "--new-caption").returncode == 0
    assert copy.exists()


@pytest.mark.slow
def test_the_name_of_the_copy_counts(opsec: Opsec, flagged: Path, tmp_path: Path) -> None:
    done = clean(opsec, flagged, tmp_path / "falcon camp gate.mp4")
    assert done.returncode == 1
    assert "remains in the copy:" in done.stdout
    assert not (tmp_path / "falcon camp gate.mp4").exists()
    kept = clean(opsec, flagged, tmp_path / "falcon camp gate.mp4", "--keep-unclean")
    assert kept.returncode == 1
    assert "NOT clean" in kept.stderr
    assert (tmp_path / "falcon camp gate.mp4").exists()


def test_a_required_check_that_did_not_run_keeps_a_copy_from_being_clean(
    opsec: Opsec, flagged: Path, tmp_path: Path
) -> None:
    (tmp_path / "opsec.toml").write_text('[checks]\nrequired = ["metadata", "speech"]\n', "utf-8")
    done = clean(opsec, flagged, tmp_path / "out.mp4")
    assert done.returncode == 3
    assert "not fully checked" in done.stdout
    assert "no copy was written" in done.stderr
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.slow
def test_a_sign_and_a_landmark_are_blurred(opsec: Opsec, tmp_path: Path) -> None:
    done = clean(
        opsec, POSTS / "on_duty.mp4", tmp_path / "out.mp4", "--format", "json", "--sites", str(ROOT / "geofences")
    )
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"NAME-ON-SIGN", "LANDMARK-SEEN"} <= {one["rule"] for one in result["removed"]}
    assert result["blurred_frames"] > 20


@pytest.mark.parametrize(
    ("original", "copy", "sentence"),
    [
        ("run.mp4", "run.mp4", "is the original"),
        ("run.mp4", "hard link.mp4", "is the original"),
        ("run.mp4", "link.mp4", "is the original"),
        ("run.mp4", "there.mp4", "exists already"),
        ("run.mp4", "out.mkv", "a copy is written as .mp4"),
        ("run.mp4", "no folder/out.mp4", "its folder does not exist"),
        pytest.param("run.mp4", "out.jpg", "choose such a name", marks=pytest.mark.slow),
        ("notes.txt", "out.mp4", "is not a photo or a video"),
        pytest.param("broken.mp4", "out.mp4", "none of its images could be decoded", marks=pytest.mark.slow),
        ("missing.mp4", "out.mp4", "cannot be scanned"),
        pytest.param("folder", "out.mp4", "is not a photo or a video", marks=pytest.mark.slow),
        ("empty.mp4", "out.mp4", ""),
        pytest.param("moving.webp", "out.jpg", "animation", marks=pytest.mark.slow),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    opsec: Opsec, flagged: Path, original: str, copy: str, sentence: str
) -> None:
    tmp_path = flagged.parent
    (tmp_path / "hard link.mp4").hardlink_to(flagged)
    (tmp_path / "link.mp4").symlink_to(flagged)
    (tmp_path / "there.mp4").write_bytes(b"mine")
    (tmp_path / "notes.txt").write_text("a quiet day", "utf-8")
    (tmp_path / "broken.mp4").write_bytes((POSTS / "cut_off.mp4").read_bytes())
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.jpg").write_bytes(photo(3))
    (tmp_path / "moving.webp").write_bytes(_animation())
    before = {one: one.read_bytes() for one in tmp_path.iterdir() if one.is_file() and one.suffix != ".db"}
    for lang in ("en", "ar"):
        done = clean(opsec, tmp_path / original, tmp_path / copy, lang=lang)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert sentence in done.stderr or lang == "ar"
        assert (lang == "ar") == any("\u0600" <= letter <= "\u06ff" for letter in done.stderr)
    assert {one: one.read_bytes() for one in before} == before
    assert not list(tmp_path.glob(".opsec*"))


def _animation() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    frames = [Image.new("RGB", (60, 40), (shade, 90, 30)) for shade in (10, 120, 240)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=200)
    return out.getvalue()


@pytest.mark.slow
def test_an_existing_copy_is_replaced_only_on_request(opsec: Opsec, flagged: Path, tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"old")
    assert clean(opsec, flagged, tmp_path / "out.mp4", "--force").returncode == 0
    assert len((tmp_path / "out.mp4").read_bytes()) > 1_000


def test_a_file_of_the_post_is_never_replaced(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(clip(5))
    (tmp_path / "a.info.json").write_text('{"id": "1", "description": "x"}', "utf-8")
    (tmp_path / "out.mp4").hardlink_to(tmp_path / "a.info.json")
    done = clean(opsec, tmp_path / "a.mp4", tmp_path / "out.mp4", "--force")
    assert done.returncode == 2
    assert "belongs to the post" in done.stderr
    assert (tmp_path / "a.info.json").read_text("utf-8").startswith("{")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run.mp4",), "name the copy with -o"),
        (("run.mp4", "-o", "x.mp4", "--gate"), "writes no copy"),
        (("run.mp4", "-o", "x.mp4", "--sound", "loud"), "--sound cannot be loud; use one of keep, cut"),
        (("run.mp4", "-o", "x.mp4", "--format", "html"), "use one of table, json"),
    ],
)
def test_wrong_options_are_refused(
    opsec: Opsec, flagged: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = opsec("clean", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr


@pytest.mark.slow
def test_a_disk_that_is_full_is_named(flagged: Path, tmp_path: Path) -> None:
    """The limit of the size of a file fails like a full disk, in the process that writes the copy."""
    code = "import resource, opsec.cli; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); opsec.cli.main()"
    call = [sys.executable, "-c", code, "clean", str(flagged), "-o", str(tmp_path / "out.mp4")]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "out.mp4 cannot be written" in done.stderr
    assert not (tmp_path / "out.mp4").exists()
    assert not list(tmp_path.glob(".opsec*"))


# ── gate ──────────────────────────────────────────────────────────────────────────────────────
def piped(tmp_path: Path, content: bytes, *more: str) -> subprocess.CompletedProcess[bytes]:
    call = [sys.executable, "-c", "import opsec.cli; opsec.cli.main()", "clean", "--gate", "-"]
    return subprocess.run([*call, *more], cwd=tmp_path, input=content, capture_output=True, check=False)


@pytest.mark.slow
def test_the_gate_answers_for_each_file_of_a_folder(opsec: Opsec, flagged: Path, tmp_path: Path) -> None:
    folder = tmp_path / "to post"
    folder.mkdir()
    shutil.copy(flagged, folder / "run.mp4")
    (folder / "sea.jpg").write_bytes(photo(3))
    before = sorted(set(tmp_path.rglob("*")))
    done = opsec("clean", "--gate", folder)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{folder}/run.mp4: do NOT post: Position inside the fence", f"{folder}/sea.jpg: may be posted",
    ]  # fmt: skip
    assert sorted(set(tmp_path.rglob("*"))) == before
    answers = json.loads(opsec("clean", "--gate", folder, "--format", "json").stdout)
    assert [(one["answer"], one["rules"]) for one in answers] == [("do_not_post", ["GPS-IN-FENCE"]), ("post", [])]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (with_xyz(clip(5), *ARMOURY), 1, b"-: do NOT post: Position inside the fence\n"),
        pytest.param(photo(3), 0, b"-: may be posted\n", marks=pytest.mark.slow),
        pytest.param(
            (POSTS / "cut_off.mp4").read_bytes(),
            3,
            b"-: do NOT post yet, it was not fully checked: ",
            marks=pytest.mark.slow,
        ),
        (b"", 2, b""),
    ],
    ids=["flagged", "quiet", "truncated", "empty"],
)
def test_the_gate_reads_standard_input_and_leaves_nothing(
    tmp_path: Path, content: bytes, code: int, line: bytes
) -> None:
    done = piped(tmp_path, content)
    assert done.returncode == code
    assert done.stdout.startswith(line)
    assert [one.name for one in tmp_path.iterdir()] == ["geofences"]


def test_what_is_no_clip_on_standard_input_is_one_sentence_without_the_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as refused:
        gate("-", stdin=io.BytesIO(), sites=tmp_path / "geofences")
    assert "standard input is not a photo or a video" in str(refused.value)
    assert ".opsec-" not in str(refused.value)


@pytest.mark.parametrize("more", [("-o", "out.mp4"), ("--gate",)], ids=["copy", "gate"])
def test_weak_isolation_is_stated_and_recorded(
    flagged: Path, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(flagged.parent)
    monkeypatch.setattr(worker_pool, "Isolation", lambda weak: Isolation(weak, frozenset({"system_calls"})))
    Path("opsec.toml").write_text("[limits]\nallow_weak_isolation = true\n", "utf-8")
    with open_case("opsec-case.db"):
        pass
    assert run(["--lang", "en", "clean", flagged.name, *more]) == int(more == ("--gate",))
    assert "1 clip was read with weak isolation: " in capsys.readouterr().err
    with open_case("opsec-case.db") as case_file, case_file.transactions.read() as connection:
        events = [row.event for row in audit_trail.rows(connection)]
    assert events.count("weak_isolation") == int(more != ("--gate",)), "the gate writes no case file"
