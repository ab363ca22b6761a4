"""The compile cache saves time and nothing else: whatever is wrong with it, results are right."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulation.files import PACKAGE
from simulation.machine import kept
from simulation.machine.compiled import ENABLED, cache_folder, compiled, source_digest
from simulation.machine.kept import fetch, keep, root

pytestmark = pytest.mark.skipif(not ENABLED, reason="nothing is compiled")


def doubled(number):
    """Return twice a number."""
    return 2 * number


def tripled(number):
    """Return three times a number."""
    return 3 * number


@pytest.fixture(autouse=True)
def base(tmp_path, monkeypatch) -> Iterator[Path]:
    """Return the folder that the cache's folder is in; each test is a process that told nothing."""
    monkeypatch.setenv("MENTORING_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(kept, "_TOLD", [])
    yield tmp_path
    for path in [tmp_path, *tmp_path.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)


def called(function: Callable[..., Any], number: Any = 21) -> tuple[Any, int]:
    """Return what a function gives as a new process would compile it, and how often it did."""
    dispatcher = compiled(function, entry=True)
    result = dispatcher(number)
    return result, sum(dispatcher.stats.cache_misses.values())


def code() -> Path:
    """Return the one file of machine code."""
    (path,) = cache_folder().glob("*.code")
    return path


def told(capfd) -> str:
    """Return the one line on standard error, or nothing."""
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) <= 1, lines
    return "".join(lines)


def test_machine_code_is_kept_and_used_again(capfd):
    assert called(doubled) == (42, 1)
    assert called(doubled) == (42, 0)
    assert called(doubled, 1.25) == (2.5, 1)
    assert called(doubled, 1.25) == (2.5, 0)
    assert called(doubled) == (42, 0)
    assert told(capfd) == ""


def test_what_is_kept_is_this_users_alone():
    before = os.umask(0)
    try:
        called(doubled)
    finally:
        os.umask(before)
    for path in (root(), cache_folder(), code()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_functions_of_one_name_have_files_of_their_own():
    """As two processes that compile at once: neither takes the other's code."""

    def other(number):
        return number - 1

    other.__name__, other.__qualname__ = doubled.__name__, doubled.__qualname__
    assert (called(doubled)[0], called(other)[0], called(doubled)[0]) == (42, 20, 42)
    assert (called(other), called(doubled)) == ((20, 0), (42, 0))


# --------------------------------------------------------------------------- damaged files


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(10_000))


@pytest.mark.parametrize("damage", [cut_short, emptied, garbled, noise])
def test_a_damaged_file_is_told_and_mended(damage, capfd):
    called(doubled)
    damage(code())
    assert called(doubled) == (42, 1)
    said = told(capfd)
    assert f"{code().name} is damaged" in said
    assert str(root()) in said
    assert called(doubled) == (42, 0)


def test_a_file_in_the_place_of_another_is_not_used(capfd):
    called(doubled)
    first = code()
    called(tripled)
    (second,) = set(cache_folder().glob("*.code")) - {first}
    first.write_bytes(second.read_bytes())
    assert called(doubled) == (42, 1)
    assert "is damaged" in told(capfd)


def test_a_pickle_of_another_kind_is_not_used(capfd):
    """Whole, but not what this numba writes."""
    called(doubled)
    keep(f"{source_digest()}/{code().name}", pickle.dumps(("key", ("no", "code"))))
    assert called(doubled) == (42, 1)
    keep(f"{source_digest()}/{code().name}", b"no pickle")
    assert called(doubled) == (42, 1)
    assert "compiled again" in told(capfd)


@pytest.mark.parametrize("damage", [cut_short, emptied, noise])
def test_a_damaged_digest_is_taken_anew(damage, capfd):
    before = source_digest.__wrapped__()
    (file,) = root().glob("*.digest")
    damage(file)
    assert source_digest.__wrapped__() == before
    assert f"{file.name} is damaged" in told(capfd)
    assert fetch(file.name) == before.encode()


# --------------------------------------------------------------------------- what others can write


class Evil:
    """Something that does harm when it is unpickled."""

    def __reduce__(self):
        return os._exit, (99,)


def planted() -> None:
    """Put a harmful file in the place of machine code, its checksum right."""
    called(doubled)
    keep(f"{source_digest()}/{code().name}", pickle.dumps(Evil()))


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o1777])
@pytest.mark.parametrize("place", [root, cache_folder])
def test_a_folder_that_others_can_write_is_not_read(place, mode, capfd):
    planted()
    place().chmod(mode)
    assert called(doubled) == (42, 1)
    said = told(capfd)
    assert str(root()) in said
    assert "others may write" in said


def test_a_file_that_others_can_write_is_not_read_but_replaced(capfd):
    planted()
    code().chmod(0o620)
    assert called(doubled) == (42, 1)
    assert f"others may write {code().name}" in told(capfd)
    assert called(doubled) == (42, 0)


def test_a_folder_of_another_user_is_not_read(monkeypatch, capfd):
    planted()
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert called(doubled) == (42, 1)
    assert "belongs to another user" in told(capfd)


def test_a_file_of_another_user_is_not_read(monkeypatch, capfd):
    """It came into the folder between the look at the folder and the look at the file."""
    planted()
    real = os.fstat
    monkeypatch.setattr(os, "fstat", lambda file: OtherUsers(real(file)))
    assert called(doubled) == (42, 1)
    assert f"{code().name} belongs to another user" in told(capfd)


class OtherUsers:
    """What the system says of a file, but that it is another user's."""

    def __init__(self, status: os.stat_result) -> None:
        self._status = status
        self.st_uid = status.st_uid + 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._status, name)


# ------------------------------------------------------------------- folders that cannot be used


def test_a_full_disk_leaves_no_rest(monkeypatch, capfd):
    source_digest()

    def full(handle, mode):
        os.write(handle, b"the beginning")
        os.close(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(kept, "open", full, raising=False)
    assert called(doubled) == (42, 1)
    said = told(capfd)
    assert "No space left on device" in said
    assert str(root()) in said
    assert list(cache_folder().iterdir()) == []


def test_a_write_that_ends_in_its_midst_leaves_no_rest(base):
    """In a process of its own, which may write no file of more than a kilobyte: for real."""
    done = script(
        "import resource, sys; sys.dont_write_bytecode = True\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))",
        MENTORING_CACHE_DIR=str(base),
    )
    assert done.stdout == "42 42.5\n"
    assert "File too large" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(cache_folder().iterdir()) == []


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written(number, monkeypatch, capfd):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(kept.tempfile, "mkstemp", refuse)
    assert (called(doubled), called(tripled)) == ((42, 1), (63, 1))
    said = told(capfd)
    assert os.strerror(number) in said
    assert str(root()) in said


def test_a_read_only_folder_that_lacks_nothing_is_used(monkeypatch, capfd):
    called(doubled)
    root().chmod(0o500)
    cache_folder().chmod(0o500)
    monkeypatch.setattr(kept.tempfile, "mkstemp", None)
    assert called(doubled) == (42, 0)
    assert told(capfd) == ""


def test_a_folder_that_cannot_be_read(monkeypatch, capfd):
    called(doubled)
    real = Path.open

    def refuse(path, *rest):
        if path.suffix == ".code":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, *rest)

    monkeypatch.setattr(Path, "open", refuse)
    assert called(doubled) == (42, 1)
    assert "Permission denied" in told(capfd)


@pytest.mark.parametrize("place", [lambda: root().parent, root, cache_folder])
def test_a_file_in_the_place_of_a_folder(place, base, capfd):
    source_digest()
    path = place()
    if path == base:
        path.rmdir()
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    path.chmod(0o600)
    assert called(doubled) == (42, 1)
    said = told(capfd)
    assert str(root()) in said
    assert "Not a directory" in said or "File exists" in said
    path.unlink()
    base.mkdir(exist_ok=True)


def test_a_folder_in_the_place_of_a_file(capfd):
    called(doubled)
    path = code()
    path.unlink()
    path.mkdir()
    assert called(doubled) == (42, 1)
    assert "Is a directory" in told(capfd)


def test_no_home_directory(monkeypatch, capfd):
    for name in ("MENTORING_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    import pwd

    def unknown(number):
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    digest = source_digest.__wrapped__()
    assert (called(doubled), called(tripled)) == ((42, 1), (63, 1))
    said = told(capfd)
    assert "there is no home directory" in said
    assert "~/.cache" in said
    assert digest == source_digest()


def test_each_process_tells_once_and_workers_leave_it_to_their_parent(base, monkeypatch, capfd):
    (base / "mentoring-simulation").write_text("")
    assert (called(doubled), called(tripled)) == ((42, 1), (63, 1))
    assert capfd.readouterr().err.count("\n") == 1
    monkeypatch.setattr(kept, "_TOLD", [])
    monkeypatch.setattr("multiprocessing.parent_process", lambda: "somebody")
    assert called(doubled) == (42, 1)
    assert told(capfd) == ""


def test_a_command_runs_without_a_cache_folder(base):
    (base / "file").write_text("")
    done = script("", MENTORING_CACHE_DIR=str(base / "file"))
    assert (done.returncode, done.stdout) == (0, "42 42.5\n")
    assert done.stderr.count("\n") == 1
    assert str(base / "file" / "mentoring-simulation") in done.stderr


SCRIPT = """
from simulation.machine.compiled import compiled
@compiled(entry=True)
def doubled(number):
    return 2 * number
print(doubled(21), doubled(21.25))
"""


def script(first: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return what a process does that compiles a function twice, after something else."""
    return subprocess.run(
        [sys.executable, "-c", first + SCRIPT],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=PACKAGE.parent,
    )


def test_old_versions_go_when_a_new_one_comes(base):
    long_ago = 10**9
    root().mkdir(mode=0o700)
    for number in range(6):
        (root() / f"version{number}").mkdir()
        os.utime(root() / f"version{number}", (long_ago, long_ago + number))
    for name in ("old.digest", ".old.digest.part", "new.digest"):
        (root() / name).write_text("")
    for name in ("old.digest", ".old.digest.part"):
        os.utime(root() / name, (long_ago, long_ago))
    called(doubled)
    left = {path.name for path in root().iterdir()}
    assert left == {"version3", "version4", "version5", "new.digest", cache_folder().name}
