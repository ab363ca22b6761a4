"""What commands write into folders: one writer, no foreign contents, nothing overwritten."""

from __future__ import annotations

import errno
import os

import pytest
from filelock import FileLock

from simulation.errors import InputError
from simulation.files import whole
from simulation.study.outputs import ASIDE, LOCK, Outputs, put


def writes(**files):
    """Return what writes files of these texts, by their stems."""

    def write(folder):
        paths = [folder / f"{name}.csv" for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            whole(path, lambda part, text=text: part.write_text(text))
        return paths

    return write


def names(folder):
    """Return what a folder shows."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_files_are_put_in_their_places(tmp_path):
    done = put(tmp_path / "new", writes(one="1", two="2"))
    assert [path.read_text() for path in done.paths] == ["1", "2"]
    assert not done.notes
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["one.csv", "two.csv"]


def test_the_same_again_sets_nothing_aside(tmp_path):
    put(tmp_path, writes(one="1"))
    assert not put(tmp_path, writes(one="1")).notes
    assert names(tmp_path) == ["one.csv"]


def test_an_older_file_is_kept_each_time(tmp_path):
    for text in ("first", "second", "third"):
        done = put(tmp_path, writes(one=text))
    assert (tmp_path / "one.csv").read_text() == "third"
    kept = {path.name: path.read_text() for path in (tmp_path / ASIDE).iterdir()}
    assert kept == {"one.csv": "first", "one-2.csv": "second"}
    assert done.notes == [f"{tmp_path / 'one.csv'}: the older one is kept as aside/one-2.csv"]


def test_what_fails_leaves_the_old_files(tmp_path):
    put(tmp_path, writes(one="1"))

    def full(folder):
        (folder / "one.csv").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match="the disk is full"):
        put(tmp_path, full)
    assert (tmp_path / "one.csv").read_text() == "1"
    assert os.listdir(tmp_path) == ["one.csv"]


def test_two_writers_are_kept_apart(tmp_path):
    lock = FileLock(tmp_path / LOCK)
    with (
        lock,
        pytest.raises(InputError, match="is being written by another process"),
        Outputs(tmp_path, "sensitivity"),
    ):
        pass
    with Outputs(tmp_path, "sensitivity"):
        pass


def test_other_things_are_refused_and_stay(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with (
        pytest.raises(InputError, match=r"no folder of mentoring sensitivity: it holds thesis"),
        Outputs(tmp_path, "sensitivity"),
    ):
        pass
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_another_commands_folder_is_refused_and_ones_own_gone_on_with(tmp_path):
    for _ in range(2):
        with Outputs(tmp_path, "sensitivity") as outputs:
            outputs.put(writes(indices="x"))
    with (
        pytest.raises(InputError, match="no folder of mentoring calibrate: it holds indices"),
        Outputs(tmp_path, "calibrate"),
    ):
        pass


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with (
        pytest.raises(InputError, match="is a file; give a folder"),
        Outputs(tmp_path / "out", "x"),
    ):
        pass
    assert (tmp_path / "out").read_text() == "mine"
