"""A pack opens in memory alone, loads as the folder does, and is refused when others can read it."""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsec.errors import KeysError, SitesError
from opsec.keys import age_files
from opsec.keys.own_key import load_own_key, new_own_key
from opsec.settings import Settings
from opsec.sites import packed_tree
from opsec.sites.load import load_sites, sites_sha256
from opsec.sites.pack import open_pack, open_sites, read_folder, unpack
from opsec.sites.packed_tree import PackedPath, PackedTree, pack_files
from opsec.sites.reference_photos import reference_photos
from opsec.sites.unlocking import set_unlocking
from opsec.sites.validation import check_sites

PASSPHRASE = "correct horse battery"
SITE = 'id = "{id}"\nkind = "base"\nposition = [33.25, 44.25]\n[names]\nen = ["{name}"]\n'
HOME = Settings().home


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    set_unlocking(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "sites"
    for id_, name in (("kestrel-camp", "Kestrel Camp"), ("heron-depot", "مستودع البلشون")):
        place = root / id_ / "landmarks" / "main-gate"
        place.mkdir(parents=True, mode=0o700)
        (root / id_ / "site.toml").write_text(SITE.format(id=id_, name=name), "utf-8")
        (place / "one.jpg").write_bytes(b"\xff\xd8\xff" + id_.encode())
        (place / "landmark.toml").write_text('names = { en = ["Gate"] }', "utf-8")
    (root / ".hidden").write_text("x", "utf-8")
    root.chmod(0o700)
    return root


@pytest.fixture
def pack(folder: Path, tmp_path: Path) -> Path:
    """Encrypted to the keys beside it."""
    path = tmp_path / "sites.age"
    path.touch(0o600)
    own = new_own_key(tmp_path / "keys", "mine")
    path.write_bytes(age_files.encrypt_to(read_folder(folder), [own.public.recipient]))
    return path


@pytest.fixture
def locked(folder: Path, tmp_path: Path) -> Path:
    """Encrypted with a passphrase, which is made slow to guess."""
    path = tmp_path / "locked.age"
    path.touch(0o600)
    path.write_bytes(age_files.encrypt_with_passphrase(read_folder(folder), PASSPHRASE))
    return path


def test_a_pack_loads_as_its_folder_does(folder: Path, pack: Path) -> None:
    plain, packed = load_sites(folder, HOME), load_sites(pack, HOME)
    assert plain == packed
    photos = [[one.sha256 for one in reference_photos(plain, where)] for where in (folder, pack)]
    assert photos[0] == photos[1] != []
    assert sites_sha256(plain, photos[0]) == sites_sha256(packed, photos[1])
    assert [landmark.id for site in packed for landmark in site.landmarks] == ["main-gate"] * 2


def test_nothing_of_a_pack_is_written_to_a_disk(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(tmp_path.rglob("*"))
    opened: list[str] = []
    real = os.open

    def recorded(path: Any, *rest: Any) -> int:
        opened.append(str(path))
        return real(path, *rest)

    monkeypatch.setattr(os, "open", recorded)
    reference_photos(load_sites(pack, HOME), pack)
    assert sorted(tmp_path.rglob("*")) == before
    assert {path for path in opened if "own.key" not in path} == {str(pack)}


def test_a_pack_is_decrypted_once(locked: Path) -> None:
    asked: list[str] = []

    def answer(shown: str) -> str:
        asked.append(shown)
        return PASSPHRASE

    set_unlocking(answer)
    for _time in range(3):
        assert len(load_sites(locked, HOME)) == 2
    assert asked == [str(locked)]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_pack_that_others_can_read_is_refused(pack: Path, mode: int) -> None:
    pack.chmod(mode)
    with pytest.raises(SitesError, match="chmod 600"):
        load_sites(pack, HOME)


def test_another_passphrase_is_one_sentence(locked: Path) -> None:
    set_unlocking(lambda _shown: "another")
    with pytest.raises(SitesError, match="cannot be decrypted") as caught:
        load_sites(locked, HOME)
    assert PASSPHRASE not in str(caught.value)


def test_a_damaged_pack_is_one_sentence(pack: Path) -> None:
    data = bytearray(pack.read_bytes())
    data[-1] ^= 1
    pack.write_bytes(data)
    with pytest.raises(SitesError, match="cannot be decrypted"):
        load_sites(pack, HOME)


def test_without_a_passphrase_the_next_step_is_named(locked: Path) -> None:
    with pytest.raises(SitesError, match="--passphrase-fd"):
        load_sites(locked, HOME)


def test_a_pack_for_keys_opens_with_one_of_them(folder: Path, tmp_path: Path) -> None:
    mine, other = new_own_key(tmp_path / "keys", "mine"), new_own_key(tmp_path / "other", "other")
    path = tmp_path / "sites.age"
    path.touch(0o600)
    path.write_bytes(age_files.encrypt_to(read_folder(folder), [mine.public.recipient]))
    assert len(load_sites(path, HOME)) == 2  # keys beside the pack
    path.write_bytes(age_files.encrypt_to(read_folder(folder), [other.public.recipient]))
    with pytest.raises(SitesError, match="cannot be decrypted"):
        load_sites(path, HOME)
    set_unlocking(None, [tmp_path / "other"])
    assert len(load_sites(path, HOME)) == 2
    (tmp_path / "other" / "own.key").chmod(0o644)
    set_unlocking(None, [tmp_path / "other"])
    with pytest.raises(KeysError, match="chmod 600"):
        load_sites(path, HOME)


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.age"
    path.touch(0o600)
    for content in (b"", b"PK\x03\x04", b"age-encryption.org/v1\njunk"):
        path.write_bytes(content)
        with pytest.raises(SitesError):
            load_sites(path, HOME)


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "a//x", "a/./x", "a\\..\\x", "a/b/c/d/e/f/g", "x" * 401, "a/../x"]
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(SitesError, match="damaged"):
        PackedTree(archive(name), "x")


def test_an_archive_that_would_fill_the_disk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody who knows a public key can encrypt an archive to it."""
    bomb = pack_files([(f"a/{number}", bytes(1000)) for number in range(5)])
    assert len(PackedTree(bomb, "x").files()) == 5
    for bound in ("MAX_FILE_BYTES", "MAX_TREE_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(packed_tree, bound, 999)
            with pytest.raises(SitesError, match="damaged"):
                PackedTree(bomb, "x")


def test_other_kinds_of_archives_are_refused() -> None:
    for kind in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", kind) as made:
            made.writestr("a", b"x")
        with pytest.raises(SitesError, match="damaged"):
            PackedTree(out.getvalue(), "x")
    encrypted = bytearray(pack_files([("a", b"x")]))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(signature) + at] |= 1
    with pytest.raises(SitesError, match="damaged"):
        PackedTree(bytes(encrypted), "x")


def test_damaged_archives_are_refused() -> None:
    good = pack_files([("a/site.toml", b"x" * 5000)])
    for data in (b"", good[:-30], b"\0" * 100):
        with pytest.raises(SitesError, match="damaged"):
            PackedTree(data, "x")
    bad = bytearray(good)
    bad[45] ^= 255
    with pytest.raises(SitesError, match="damaged"):
        PackedTree(bytes(bad), "x").read("a/site.toml", 10_000)


def test_no_file_on_a_disk_has_the_path_of_one_in_a_pack(pack: Path) -> None:
    root = open_pack(pack).root
    inside = root / "kestrel-camp" / "site.toml"
    assert inside.exists()
    assert not os.path.lexists(inside)
    assert isinstance(open_sites(pack), PackedPath)
    assert inside.parent.parent == root


def test_what_is_unpacked_is_what_was_packed(folder: Path, pack: Path, tmp_path: Path) -> None:
    into = tmp_path / "out"
    before = os.umask(0)
    try:
        count = unpack(open_pack(pack), into)
    finally:
        os.umask(before)
    plain = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del plain[Path(".hidden")]
    assert {path.relative_to(into): path.read_bytes() for path in into.rglob("*") if path.is_file()} == plain
    assert count == len(plain)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (into, *into.rglob("*"))}
    assert modes == {0o700, 0o600}
    with pytest.raises(SitesError, match="exists already"):
        unpack(open_pack(pack), into)


@pytest.mark.parametrize("name", ["a/b/c/d/e/f/g.jpg", "back\\slash.jpg", "/".join(["x" * 200] * 3)])
def test_a_file_that_could_not_be_unpacked_is_named_not_left_out(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"x")
    with pytest.raises(SitesError, match="move or rename it"):
        read_folder(folder)


def test_a_loop_of_links_is_refused(folder: Path) -> None:
    (folder / "kestrel-camp" / "again").symlink_to(folder / "kestrel-camp")
    with pytest.raises(SitesError, match="move or rename it"):
        read_folder(folder)


def test_a_link_out_of_the_folder_is_not_packed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", "utf-8")
    (folder / "kestrel-camp" / "notes.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(SitesError, match="link"):
        read_folder(folder)


def test_a_pack_is_checked_as_a_folder_is(folder: Path, pack: Path) -> None:
    on_disk, packed = check_sites(folder, HOME), check_sites(pack, HOME)
    assert packed.sites == on_disk.sites
    assert [one.level for one in packed.complaints] == [one.level for one in on_disk.complaints]


def test_a_fault_in_a_pack_names_the_file_in_it(folder: Path, pack: Path) -> None:
    (folder / "kestrel-camp" / "site.toml").write_text("id = 7", "utf-8")
    own = load_own_key(pack.parent / "keys")
    pack.write_bytes(age_files.encrypt_to(read_folder(folder), [own.public.recipient]))
    with pytest.raises(SitesError, match=r"sites\.age/kestrel-camp/site\.toml"):
        load_sites(pack, HOME)
