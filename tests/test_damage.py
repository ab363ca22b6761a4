"""Damage to a results folder: found, never read as numbers, and mended to the same bytes."""

from __future__ import annotations

import errno
import json
from unittest import mock

import pytest
from filelock import FileLock
from test_benchmarks import module

from simulation import load
from simulation.errors import InputError
from simulation.study import ledger, parts, store
from simulation.study.checking import check

damage = module("damage")


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """Return a trial: a folder of runs, and one of another study."""
    return damage.Trial(tmp_path_factory.mktemp("damage"))


def none_amiss(trial) -> bool:
    """Return whether all that was tried so far went as it must, and say what did not."""
    print("\n".join(trial.table()))
    return trial.faultless


@pytest.mark.parametrize("name", damage.DAMAGES)
def test_damage_is_found_and_mended(trial, name):
    trial.damaged(name, 5)
    assert none_amiss(trial)


@pytest.mark.slow
def test_every_kind_of_damage_is_found_and_mended(trial):
    for name in damage.DAMAGES:
        for seed in range(120 if name == "a bit flipped" else 12):
            trial.damaged(name, seed)
    assert none_amiss(trial)


def test_a_full_disk_and_a_loss_of_power_lose_nothing_for_good(trial):
    trial.full_disks(2)
    trial.power_losses(2)
    assert none_amiss(trial)


@pytest.mark.slow
def test_wherever_the_disk_ends_or_the_power_goes_nothing_is_lost_for_good(trial):
    trial.full_disks(1000)
    trial.power_losses(1000)
    assert trial.told["a full disk", "tried"] > 5
    assert trial.told["a loss of power", "tried"] > 10
    assert none_amiss(trial)


def test_the_trial_sees_a_store_that_trusts_its_parts(tmp_path, monkeypatch):
    """A flipped bit in a number is what nothing but the seal can find."""
    monkeypatch.setattr(parts, "fault_of", lambda *_: "")
    monkeypatch.setattr(ledger, "fault_of", lambda *_: "")
    loose = damage.Trial(tmp_path)
    with mock.patch.dict(damage.DAMAGES, {"a number": one_number}):
        loose.damaged("a number", 1)
    assert loose.told["a number", "read wrongly"] == 1
    assert not loose.faultless


def one_number(folder, *_):
    """Write a part with another number and the seal that it had."""
    path = folder / "months" / "part-00000.parquet"
    _, kept = ledger.manifest_in(folder)
    table = parts.pq.read_table(path)
    place = table.schema.get_field_index("adoption")
    column = parts.pa.array([0.123] * len(table))
    origin = parts.Origin(kept.study, "months", 0)
    content = parts.sealed(table.set_column(place, "adoption", column), origin)
    old = parts.seal_of(path.read_bytes())
    path.write_bytes(
        bytes(memoryview(content)).replace(parts.seal_of(content).encode(), old.encode())
    )


# ------------------------------------------------------------------------------- sentences


@pytest.fixture
def folder(tmp_path):
    """Return a small folder of runs."""
    damage.made(tmp_path / "made", replications=2)
    return tmp_path / "made"


def test_a_whole_folder_is_called_whole(folder):
    found = check(folder)
    assert found.whole
    assert found.faults == found.remarks == ()
    assert (found.finished, found.failed, found.wanted) == (6, 0, 6)
    assert found.rows == {"months": 18, "runs": 6}
    assert found.files == 5  # the manifest, two parts, the points, the organization


def test_each_faulty_file_is_named(folder):
    (folder / "points.csv").write_text("point,commitment.action\n0,0.3\n")
    (folder / "months" / "part-00000.parquet").unlink()
    (folder / "runs" / "notes.txt").write_text("mine")
    found = dict(check(folder).faults)
    assert found == {
        "points.csv": "is not as it was written",
        "months/part-00000.parquet": "is missing",
        "runs/part-00000.parquet": "lacks what goes with it",
        "runs/notes.txt": "is not of this store",
    }
    mended = damage.made(folder, replications=2).mended
    assert "points.csv is not as it was written: it is in aside/points.csv now" in mended
    assert "months/part-00000.parquet is missing: it is made again" in mended
    assert (folder / "aside" / "runs-notes.txt").read_text() == "mine"
    assert check(folder).whole


def test_missing_runs_are_counted(folder):
    store.Store(folder, ("months", "runs")).restate(replications=5)
    found = check(folder)
    assert not found.whole
    assert (found.finished, found.wanted, found.faults) == (6, 15, ())


def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(InputError, match=r"no results folder.*thesis\.txt"):
        damage.made(tmp_path, replications=1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_runs_of_another_study_without_a_manifest_are_not_taken_over(folder):
    (folder / "manifest.json").unlink()
    before = damage.contents(folder)
    with pytest.raises(InputError, match="runs of another study"):
        damage.made(folder, seed=4, replications=2)
    assert damage.contents(folder) == before
    damage.made(folder, replications=2)
    assert load(folder).finished == 6


def test_a_manifest_of_another_study_than_all_the_rest_is_set_aside(folder, tmp_path):
    damage.made(tmp_path / "other", seed=4, replications=2)
    before = damage.contents(folder)
    (folder / "manifest.json").write_bytes((tmp_path / "other" / "manifest.json").read_bytes())
    with pytest.raises(InputError, match="is of another study"):
        load(folder).runs  # noqa: B018
    with pytest.raises(InputError, match="seed was 4, is now 5"):
        damage.made(folder, seed=5, replications=2)
    assert damage.made(folder, replications=2).mended
    assert damage.contents(folder) == before


def test_an_old_copy_of_a_part_is_not_taken_for_the_new_one(folder):
    path = folder / "runs" / "part-00000.parquet"
    before = path.read_bytes()
    damage.made(folder, replications=3)
    path.write_bytes(before)
    with pytest.raises(InputError, match="is not the one that the manifest states"):
        load(folder).runs  # noqa: B018
    damage.made(folder, replications=3)
    assert load(folder).finished == 9


def test_a_system_without_locks_is_told(folder, monkeypatch):
    def acquire(self, **_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(FileLock, "acquire", acquire)
    with pytest.raises(InputError, match=r"has no locks.*give a folder on another one"):
        damage.made(folder, replications=2)


def test_a_changed_manifest_is_not_believed(folder):
    path = folder / "manifest.json"
    stated = json.loads(path.read_text())
    path.write_text(json.dumps(stated | {"command": "other"}, indent=1) + "\n")
    with pytest.raises(InputError, match=r"manifest\.json is not as it was written"):
        load(folder)
    assert check(folder).faults == (("manifest.json", "is not as it was written"),)
