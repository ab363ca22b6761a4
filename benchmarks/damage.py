"""Damage a finished results folder in many ways, and see that it is found and can be mended.

A sweep's folder is copied and damaged: bits are flipped, files cut, emptied, deleted, swapped,
or replaced by another study's; the disk fills up at each write in turn; the power goes at each
write in turn, and takes with it what was not on the disk for good. Each time it must hold that

* whoever reads the folder gets the right numbers or a refusal, never others;
* ``check`` says that it is not whole;
* the same sweep, given again, leaves the same bytes as if nothing had happened (but for the
  manifest's date and machine).

::

    python benchmarks/damage.py --flips 1000
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from simulation import Runs, load, load_scenario, sweep
from simulation.errors import InputError
from simulation.scenarios.sweeps import Sweep
from simulation.study import journal, store
from simulation.study.checking import check
from simulation.study.ledger import MANIFEST

SCENARIO = load_scenario("baseline", **{"organization.people": 12, "run.months": 2})
DESIGN = Sweep(design="grid", axes={"commitment.action": [0.2, 0.5, 0.8]})
#: More than a block of runs: parts of two blocks.
REPLICATIONS = 90
#: What may differ after all is made again.
_CREATED = ("created", "platform", "seal")


def made(folder: Path, seed: int = 3, replications: int = REPLICATIONS) -> Runs:
    """Run the sweep into a folder, or mend it there."""
    return sweep(SCENARIO, DESIGN, replications, seed, executor="serial", out=folder)


def contents(folder: Path) -> dict[str, Any]:
    """Return what the files hold that make a store; of the manifest all but date and machine."""
    held: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((store.ASIDE, ".")):
            held[name] = path.read_bytes()
    if MANIFEST in held:
        told = json.loads(held[MANIFEST])
        held[MANIFEST] = {key: one for key, one in told.items() if key not in _CREATED}
    return held


def numbers(runs: Runs) -> tuple[np.ndarray, ...]:
    """Return every number of a folder, and what the points are."""
    tables = (runs.runs.drop(columns="model"), runs.table, runs.points)
    return tuple(table.to_numpy() for table in tables)


def reads_wrong(folder: Path, right: tuple[np.ndarray, ...]) -> bool:
    """Return whether a folder gives other numbers than the right ones without a refusal."""
    try:
        found = numbers(load(folder))
    except InputError:
        return False
    return not all(map(_same, found, right))


def _same(found: np.ndarray, right: np.ndarray) -> bool:
    """Return whether all rows are right ones: work that goes on may have fewer."""
    if found.shape[1:] != right.shape[1:]:
        return False
    known = {str(row.tolist()) for row in right}
    return all(str(row.tolist()) in known for row in found)


# ------------------------------------------------------------------------------- damages


def files_of(folder: Path) -> list[Path]:
    """Return the files that are of the store."""
    return [folder / name for name in contents(folder)]


def flip(folder: Path, chance: random.Random, _: Path) -> None:
    """Flip one bit of one file."""
    path = chance.choice(files_of(folder))
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(folder: Path, chance: random.Random, _: Path) -> None:
    """Cut a file somewhere."""
    path = chance.choice(files_of(folder))
    os.truncate(path, chance.randrange(path.stat().st_size))


def lengthen(folder: Path, chance: random.Random, _: Path) -> None:
    """Append bytes to a file."""
    path = chance.choice(files_of(folder))
    path.write_bytes(path.read_bytes() + chance.randbytes(1 + chance.randrange(100)))


def empty(folder: Path, chance: random.Random, _: Path) -> None:
    """Empty a file."""
    chance.choice(files_of(folder)).write_bytes(b"")


def delete(folder: Path, chance: random.Random, _: Path) -> None:
    """Delete a file."""
    chance.choice(files_of(folder)).unlink()


def delete_some(folder: Path, chance: random.Random, _: Path) -> None:
    """Delete several files, or a whole table."""
    if chance.random() < 0.3:
        shutil.rmtree(folder / chance.choice(["runs", "months"]))
        return
    for path in chance.sample(files_of(folder), 3):
        path.unlink()


def swap(folder: Path, chance: random.Random, _: Path) -> None:
    """Let two files change places."""
    one, other = chance.sample(files_of(folder), 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def foreign(folder: Path, chance: random.Random, elsewhere: Path) -> None:
    """Put a file of another study in the place of one."""
    path = chance.choice([p for p in files_of(folder) if "/organization" not in str(p)])
    shutil.copyfile(elsewhere / path.relative_to(folder), path)


def stranger(folder: Path, chance: random.Random, elsewhere: Path) -> None:
    """Lay a file among the parts that is none of them."""
    name = chance.choice(["part-00007.parquet", "part-0.parquet", "notes.txt"])
    table = chance.choice(["runs", "months"])
    shutil.copyfile(elsewhere / table / "part-00000.parquet", folder / table / name)


DAMAGES: dict[str, Callable[[Path, random.Random, Path], None]] = {
    "a bit flipped": flip,
    "cut": cut,
    "bytes appended": lengthen,
    "emptied": empty,
    "deleted": delete,
    "several deleted": delete_some,
    "swapped": swap,
    "another study's": foreign,
    "a stranger among parts": stranger,
}


# ------------------------------------------------------------------------------- the disk


@contextmanager
def full_at(number: int) -> Iterator[list[int]]:
    """Have the disk full from one write on; yields how many writes there were."""
    count = [0]
    wholes, appends = store.whole, journal.append

    def whole(path: Path, write: Callable[[Path], Any]) -> None:
        count[0] += 1
        if count[0] >= number:
            raise OSError(errno.ENOSPC, "No space left on device")
        wholes(path, write)

    def append(path: Path, *rest: Any) -> None:
        count[0] += 1
        if count[0] >= number:
            with path.open("ab") as file:
                file.write(b"half a record")
            raise OSError(errno.ENOSPC, "No space left on device")
        appends(path, *rest)

    with mock.patch.object(store, "whole", whole), mock.patch.object(journal, "append", append):
        yield count


class PowerLossError(BaseException):
    """The power is gone."""


class Disk:
    """What of a folder is on the disk for good: files that were synced, in synced folders.

    Parameters
    ----------
    folder : Path
    fails : int
        Which sync is the last that happens.
    """

    def __init__(self, folder: Path, fails: int) -> None:
        self.folder, self.fails, self.syncs = folder, fails, 0
        self.contents: dict[int, bytes] = {}
        self.names: dict[str, dict[str, int]] = {}
        self._fsync = os.fsync

    def fsync(self, handle: int) -> None:
        """Note what a synced file holds, or which files a synced folder has."""
        if self.syncs >= self.fails:
            raise PowerLossError
        self._fsync(handle)
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if path.is_dir():
            entries = {one.name: one.stat().st_ino for one in path.iterdir()}
            self.names[str(path)] = entries
        else:
            self.contents[os.fstat(handle).st_ino] = path.read_bytes()
        self.syncs += 1
        if self.syncs == self.fails:
            raise PowerLossError

    def restore(self, target: Path) -> None:
        """Make a folder of what is left after the power has gone."""
        target.mkdir()
        self._restore(self.folder, target)

    def _restore(self, source: Path, target: Path) -> None:
        for name, number in self.names.get(str(source), {}).items():
            if str(source / name) in self.names or (source / name).is_dir():
                (target / name).mkdir()
                self._restore(source / name, target / name)
            else:
                (target / name).write_bytes(self.contents.get(number, b""))


def without_power(folder: Path, fails: int) -> bool:
    """Run the sweep until the power goes; leave what is left; return whether it went.

    Every other time no journal is synced before it becomes a part.
    """
    disk, synced = Disk(folder.resolve(), fails), 0.0 if fails % 2 else 1e9
    with mock.patch.object(os, "fsync", disk.fsync), mock.patch.object(store, "SYNCED", synced):
        try:
            made(folder)
        except PowerLossError:
            pass
        else:
            return False
    left = folder.with_name("left")
    disk.restore(left)
    shutil.rmtree(folder)
    left.rename(folder)
    return True


# ------------------------------------------------------------------------------- the trial


class Trial:
    """Damages to copies of one folder, and what became of them.

    Parameters
    ----------
    work : Path
        An empty folder.
    """

    def __init__(self, work: Path) -> None:
        self.whole, self.elsewhere, self.work = work / "whole", work / "elsewhere", work
        self.right = numbers(made(self.whole))
        made(self.elsewhere, seed=4)
        self.bytes = contents(self.whole)
        self.told: Counter[tuple[str, str]] = Counter()

    def damaged(self, name: str, seed: int) -> None:
        """Damage a copy in one way, and look."""
        copy = self.work / "copy"
        shutil.copytree(self.whole, copy)
        DAMAGES[name](copy, random.Random(seed), self.elsewhere)
        self.judge(name, copy, found=contents_or_none(copy) == self.bytes)
        shutil.rmtree(copy)

    def judge(self, name: str, copy: Path, found: bool = True) -> None:
        """Read, check and mend a folder; ``found``: whether ``check`` need not see anything."""
        self.told[name, "tried"] += 1
        self.told[name, "read wrongly"] += reads_wrong(copy, self.right)
        self.told[name, "not found"] += not found and _whole(copy)
        try:
            made(copy)
            mended = contents(copy) == self.bytes and _whole(copy)
        except InputError:
            mended = False
        self.told[name, "not mended"] += not mended

    def full_disks(self, most: int) -> None:
        """Fill the disk up at each write of a sweep, one after the other."""
        for number in range(1, most + 1):
            copy = self.work / "copy"
            ended = True
            with full_at(number) as count:
                try:
                    made(copy)
                except InputError:
                    ended = False
            if ended and count[0] < number:
                shutil.rmtree(copy)
                return
            self.judge("a full disk", copy)
            shutil.rmtree(copy)

    def power_losses(self, most: int) -> None:
        """Let the power go after each sync of a sweep, one after the other."""
        for number in range(1, most + 1):
            copy = self.work / "copy"
            gone = without_power(copy, number)
            if gone:
                self.judge("a loss of power", copy)
            shutil.rmtree(copy)
            if not gone:
                return

    def table(self) -> Iterator[str]:
        """Yield the lines of a table of what was seen."""
        kinds = ("tried", "read wrongly", "not found", "not mended")
        yield f"{'':24}" + "".join(f"{kind:>14}" for kind in kinds)
        for name in dict.fromkeys(name for name, _ in self.told):
            yield f"{name:24}" + "".join(f"{self.told[name, kind]:14,}" for kind in kinds)

    @property
    def faultless(self) -> bool:
        """Whether nothing was read wrongly, overlooked or lost."""
        return not any(count for (_, kind), count in self.told.items() if kind != "tried")


def contents_or_none(folder: Path) -> dict[str, Any] | None:
    """Return what a folder holds; None if its manifest is no JSON any more."""
    try:
        return contents(folder)
    except ValueError:
        return None


def _whole(folder: Path) -> bool:
    try:
        return check(folder).whole
    except InputError:
        return False


def main() -> int:
    """Damage, print the table, and return 1 unless all was found and mended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--flips", type=int, default=1000, help="bits to flip, one at a time")
    parser.add_argument("--each", type=int, default=40, help="damages of each other kind")
    parser.add_argument("--most", type=int, default=1000, help="writes at which the disk ends")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        for name in DAMAGES:
            for number in range(options.flips if name == "a bit flipped" else options.each):
                trial.damaged(name, options.seed * 1_000_003 + number)
            print(f"{name}: done", file=sys.stderr, flush=True)
        trial.full_disks(options.most)
        trial.power_losses(options.most)
        print("\n".join(trial.table()))
    return 0 if trial.faultless else 1


if __name__ == "__main__":
    sys.exit(main())
