"""Tables on disk: whole whatever happens, the same bytes in any order, one writer at a time."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from simulation.errors import InputError
from simulation.study import journal
from simulation.study import store as module
from simulation.study.parts import Origin, sealed
from simulation.study.store import BLOCK, JOB, Store, Stored, identity_of, read_manifest, read_table

STUDY = {"seed": 3, "model": "abc"}
IDENTITY = identity_of({"seed": 3})
TABLES = ("months", "runs")


def rows(job: int) -> dict[str, dict[str, object]]:
    """Return what a job writes: three months and one run."""
    numbers = np.random.default_rng(job).random(3)
    return {
        "months": {JOB: [job] * 3, "month": np.arange(3), "adoption": numbers},
        "runs": {JOB: [job], "mean": [numbers.mean()], "error": [""]},
    }


def opened(folder: Path, **study: object) -> Store:
    return Store(folder, TABLES, STUDY | study, same=("seed", "model"))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def die(store: Store) -> None:
    """Leave a store as a killed process does: nothing packed, the lock free."""
    store._lock.release()


@pytest.fixture
def small_blocks(monkeypatch):
    """Make parts of four jobs."""
    monkeypatch.setattr(module, "BLOCK", 4)


def test_what_is_added_is_read_in_the_order_of_jobs(tmp_path):
    with opened(tmp_path) as store:
        for job in (2, 0, 1):
            store.add(rows(job))
        before = store.read("months")
    table = read_table(tmp_path, "months")
    assert table[JOB].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert table["month"].tolist() == [0, 1, 2] * 3
    expected = np.concatenate([rows(job)["months"]["adoption"] for job in range(3)])
    np.testing.assert_array_equal(table["adoption"], expected)
    assert before.equals(table)
    assert list(read_table(tmp_path, "months", ["adoption"]).columns) == [JOB, "adoption"]
    assert read_manifest(tmp_path) == STUDY


def test_the_bytes_do_not_depend_on_the_order(tmp_path, small_blocks):
    order = list(range(11))
    for name in ("a", "b"):
        with opened(tmp_path / name) as store:
            for job in order:
                store.add(rows(job))
        random.Random(1).shuffle(order)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert len(digests(tmp_path / "a")) == 6


def test_a_block_becomes_a_part_when_its_last_job_is_finished(tmp_path, small_blocks):
    with opened(tmp_path) as store:
        for job in (0, 1, 3):
            store.add(rows(job))
        assert list((tmp_path / "runs").glob("*.parquet")) == []
        store.add(rows(2))
        assert [p.name for p in (tmp_path / "runs").glob("*.parquet")] == ["part-00000.parquet"]
        assert list(tmp_path.glob("journal-*")) == []


def test_a_store_goes_on(tmp_path, small_blocks):
    with opened(tmp_path) as store:
        store.add(rows(0))
        store.add(rows(5))
    with opened(tmp_path) as store:
        assert store.finished == {0, 5}
        for job in (1, 2, 3, 4):
            store.add(rows(job))
    assert read_table(tmp_path, "runs")[JOB].tolist() == [0, 1, 2, 3, 4, 5]


def test_rows_of_a_job_are_replaced_when_it_is_run_again(tmp_path):
    with opened(tmp_path) as store:
        store.add({**rows(0), "runs": {JOB: [0], "mean": [-1.0], "error": ["failed"]}})
        store.add(rows(1))
    with opened(tmp_path) as store:
        store.add(rows(0))
    assert read_table(tmp_path, "runs")["error"].tolist() == ["", ""]
    assert len(read_table(tmp_path, "months")) == 6


@pytest.mark.parametrize("cut", range(0, 700, 23))
def test_a_torn_journal_loses_only_its_end(tmp_path, cut):
    """Whatever part of the last bytes a kill leaves, whole jobs stay, with all their rows."""
    store = opened(tmp_path)
    for job in range(3):
        store.add(rows(job))
    die(store)
    for name in TABLES:
        path = tmp_path / f"journal-{name}-00000.arrow"
        content = path.read_bytes()
        path.write_bytes(content[: max(0, len(content) - cut)])
    with opened(tmp_path) as again:
        finished = sorted(again.finished)
        assert finished == list(range(len(finished)))
        assert cut > 0 or finished == [0, 1, 2]
        for job in range(3):
            again.add(rows(job))
    assert len(read_table(tmp_path, "months")) == 9
    with opened(tmp_path / "whole") as whole:
        for job in range(3):
            whole.add(rows(job))
    assert digests(tmp_path / "whole") == {
        name: digest for name, digest in digests(tmp_path).items() if "whole" not in name
    }


def test_a_part_whose_run_was_not_written_is_written_again(tmp_path, small_blocks):
    """Killed between the parts of one block: the journals still hold it."""
    store = opened(tmp_path)
    for job in range(3):
        store.add(rows(job))
    # As if the months of the block had been packed, and nothing after.
    table = pa.table({JOB: [0], "month": [0], "adoption": [0.5]})
    content = sealed(table, Origin(IDENTITY, "months", 0))
    (tmp_path / "months" / "part-00000.parquet").write_bytes(memoryview(content))
    die(store)
    with opened(tmp_path) as again:
        assert again.finished == {0, 1, 2}
    assert len(read_table(tmp_path, "months")) == 9


KILLED = f"""
import os, random, signal, sys, time
sys.path[:0] = [{str(Path(__file__).parent)!r}]
import test_store
chance, killed = random.Random(4), 0
for _ in range(5):
    begun, told = os.pipe()
    child = os.fork()
    if child == 0:
        store = test_store.opened(test_store.Path(sys.argv[1]))
        store.add(test_store.rows(0))
        os.write(told, b"begun")
        for job in range(600):
            if job not in store.finished:
                store.add(test_store.rows(job))
        store.close()
        os._exit(0)
    os.close(told)
    assert os.read(begun, 5) == b"begun"
    time.sleep(chance.uniform(0.0, 0.1))
    os.kill(child, signal.SIGKILL)
    killed += os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
print(killed)
"""


def test_a_killed_writer_leaves_a_store_that_goes_on(tmp_path):
    """Killed with signal 9 wherever it is, several times, it ends with the same bytes."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "cut")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 0
    done = read_table(tmp_path / "cut", "runs")[JOB].to_list()
    assert done == sorted(set(done))
    with opened(tmp_path / "cut") as store:
        for job in range(600):
            if job not in store.finished:
                store.add(rows(job))
    with opened(tmp_path / "whole") as store:
        for job in range(600):
            store.add(rows(job))
    assert BLOCK == 256
    assert digests(tmp_path / "cut") == digests(tmp_path / "whole")


# ----------------------------------------------------------------------------------- batches


def batch(*jobs: int) -> dict[str, dict[str, object]]:
    """Return what some jobs write together."""
    some = [rows(job) for job in jobs]
    return {
        name: {key: np.concatenate([one[name][key] for one in some]) for key in some[0][name]}
        for name in TABLES
    }


def test_the_bytes_do_not_depend_on_the_batches(tmp_path, small_blocks):
    ways = {
        "one by one": [[job] for job in range(11)],
        "all at once": [list(range(11))],
        "across blocks": [[6, 7, 8], [0, 1, 2, 3, 4, 5], [9, 10]],
    }
    for way, batches in ways.items():
        with opened(tmp_path / way) as store:
            for jobs in batches:
                store.add(batch(*jobs))
            assert store.finished == set(range(11))
    assert len({str(digests(tmp_path / way)) for way in ways}) == 1


def test_a_block_is_packed_where_it_is_run(tmp_path, small_blocks):
    with opened(tmp_path / "usual") as store:
        store.add(batch(*range(8)))
    with opened(tmp_path / "packed") as store:
        store.add_packed(module.packed(TABLES, batch(*range(8)), IDENTITY))
        assert store.finished == set(range(8))
        assert list((tmp_path / "packed").glob("journal-*")) == []
    assert digests(tmp_path / "packed") == digests(tmp_path / "usual")


@pytest.mark.parametrize("closed", [True, False])
def test_a_packed_block_takes_the_place_of_what_is_there_of_it(tmp_path, small_blocks, closed):
    store = opened(tmp_path)
    store.add({**rows(1), "runs": {JOB: [1], "mean": [-1.0], "error": ["failed"]}})
    if closed:
        store.close()
        store = opened(tmp_path)
    store.add_packed(module.packed(TABLES, batch(*range(4)), IDENTITY))
    store.close()
    assert read_table(tmp_path, "runs")["error"].tolist() == [""] * 4
    assert read_table(tmp_path, "months")[JOB].tolist() == np.repeat(range(4), 3).tolist()


@pytest.mark.parametrize(
    ("jobs", "whole"),
    [
        (range(4), True),
        (range(4, 12), True),
        (range(3), False),
        (range(1, 5), False),
        (range(6), False),
        ([0, 1, 2, 4], False),
        ([0, 1, 2, 3, 8, 9, 10, 11], True),
        ([], False),
    ],
)
def test_which_jobs_are_whole_blocks(small_blocks, jobs, whole):
    assert module.whole_blocks(list(jobs)) == whole


def test_a_job_that_fails_when_it_is_run_again_leaves_no_rows(tmp_path, small_blocks):
    """Of what was written of it before, in a part or in a journal, nothing stays."""
    failed = {
        "months": {JOB: np.zeros(0, int), "month": np.zeros(0, int), "adoption": np.zeros(0)},
        "runs": {JOB: [1], "mean": [np.nan], "error": ["failed"]},
    }
    with opened(tmp_path) as store:
        store.add(batch(0, 1))
        store.add(failed)
    assert read_table(tmp_path, "months")[JOB].tolist() == [0, 0, 0]
    with opened(tmp_path) as store:
        store.add(rows(1))
    with opened(tmp_path) as store:
        store.add(failed)
    assert read_table(tmp_path, "months")[JOB].tolist() == [0, 0, 0]
    assert read_table(tmp_path, "runs")["error"].tolist() == ["", "failed"]


def test_a_disk_that_fills_up_between_two_tables_leaves_both_as_they_were(tmp_path, monkeypatch):
    real, count = journal.append, [0]

    def append(path, table, study):
        count[0] += 1
        real(path, table, study)
        if count[0] == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    store = opened(tmp_path)
    store.add(rows(0))
    before = {path.name: path.read_bytes() for path in tmp_path.glob("journal-*")}
    monkeypatch.setattr(journal, "append", append)
    with pytest.raises(InputError, match="disk is full"):
        store.add(rows(1))
    assert {path.name: path.read_bytes() for path in tmp_path.glob("journal-*")} == before
    store.add(rows(2))  # there is room again
    store.close()
    assert read_table(tmp_path, "runs")[JOB].tolist() == [0, 2]
    assert read_table(tmp_path, "months")[JOB].tolist() == [0, 0, 0, 2, 2, 2]


def test_memory_and_folder_give_the_same(tmp_path):
    memory = module.Memory(TABLES, STUDY)
    with opened(tmp_path) as store:
        for some in (memory, store):
            some.add(batch(2, 3))
            some.add({**rows(0), "runs": {JOB: [0], "mean": [-1.0], "error": ["failed"]}})
            some.add(batch(0, 1))
    assert memory.finished == store.finished == {0, 1, 2, 3}
    for name in TABLES:
        expected = read_table(tmp_path, name).drop(columns="rows_of_months", errors="ignore")
        assert memory.read(name).equals(expected)


# ---------------------------------------------------------------------------------- refusals


def test_one_process_writes_at_a_time(tmp_path):
    with opened(tmp_path), pytest.raises(InputError, match="another process"):
        opened(tmp_path)
    opened(tmp_path).close()


def test_another_study_is_refused_and_harms_nothing(tmp_path):
    with opened(tmp_path) as store:
        store.add(rows(0))
    with pytest.raises(InputError, match="model was abc, is now other"):
        opened(tmp_path, model="other")
    with opened(tmp_path) as store:
        assert store.finished == {0}
        assert store.study == STUDY


def test_a_folder_of_an_earlier_version_is_told_apart_from_a_damaged_one(tmp_path):
    (tmp_path / "manifest.json").write_text('{"model": "abc", "seed": 0, "versions": {}}')
    with pytest.raises(InputError, match="was written by an earlier version"):
        Stored(tmp_path)
    with pytest.raises(InputError, match="was written by an earlier version"):
        opened(tmp_path)
    assert "abc" in (tmp_path / "manifest.json").read_text()


@pytest.mark.parametrize("name", ["\ud800", "a\nb", " "])
def test_what_no_folder_can_be_called_is_refused(name):
    with pytest.raises(InputError, match=r"another name|names no folder"):
        Store(name, TABLES, STUDY)


def test_an_existing_store_needs_no_study(tmp_path):
    with pytest.raises(InputError, match="no results folder"):
        Store(tmp_path / "none", TABLES)
    assert not (tmp_path / "none").exists()
    opened(tmp_path).close()
    with Store(tmp_path, TABLES) as store:
        assert store.study == STUDY
    with pytest.raises(InputError, match="no finished runs"):
        read_table(tmp_path, "runs")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"seed": 3'])
def test_a_damaged_manifest_is_refused(tmp_path, text):
    opened(tmp_path).close()
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="damaged"):
        read_manifest(tmp_path)


def test_a_damaged_part_is_refused(tmp_path):
    with opened(tmp_path) as store:
        store.add(rows(0))
    (tmp_path / "runs" / "part-00000.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(InputError, match="damaged"):
        read_table(tmp_path, "runs")


def test_a_full_disk_is_one_sentence_and_what_was_there_stays(tmp_path, monkeypatch):
    store = opened(tmp_path)
    store.add(rows(0))
    monkeypatch.setattr(
        journal,
        "append",
        lambda path, table, study: (_ for _ in ()).throw(
            OSError(errno.ENOSPC, "No space left on device")
        ),
    )
    with pytest.raises(InputError, match="disk is full; what was finished is kept"):
        store.add(rows(1))
    monkeypatch.undo()
    store.close()
    with opened(tmp_path) as again:
        assert again.finished == {0}


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        opened(tmp_path / "file" / "below")


def test_a_table_is_readable_without_this_code(tmp_path):
    import pandas as pd
    import pyarrow.dataset as dataset

    with opened(tmp_path) as store:
        for job in range(3):
            store.add(rows(job))
    assert len(pd.read_parquet(tmp_path / "months")) == 9
    assert dataset.dataset(tmp_path / "runs").count_rows() == 3
    stated = json.loads((tmp_path / "manifest.json").read_text())
    assert stated.items() >= STUDY.items()
    assert stated["kept"]["rows"] == {"months": 9, "runs": 3}
    assert os.listdir(tmp_path / "runs") == ["part-00000.parquet"]
