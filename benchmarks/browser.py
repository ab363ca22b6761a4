"""The engine for browsers in Node: two worlds on the same luck, a month and ten years, and memory.

Told are medians over the rounds, by people::

    python benchmarks/browser.py
    python benchmarks/browser.py --people 1555 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import Table, shown, text
from simulation.faces.dashboard import wasm
from simulation.faces.dashboard.export import document
from simulation.scenarios.scenario import load_scenario

SCRIPT = """
import { readFileSync } from "node:fs";
import { Engine } from ENGINE;
const [file, rounds] = process.argv.slice(2);
const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const engine = await Engine.load(JSON.parse(readFileSync(file)));
const [months, years] = [[], []];
for (let round = 0; round < Number(rounds); round++) {
  const left = engine.world({ seed: round });
  const right = left.twin();
  right.change("presence.level", 1.5);
  const begun = performance.now();
  for (let month = 1; month <= left.months; month++) {
    const before = performance.now();
    left.advance();
    right.advance();
    left.measures();
    right.measures();
    left.column("people.engagement");
    right.column("people.engagement");
    months.push(performance.now() - before);
  }
  years.push(performance.now() - begun);
  left.free();
  right.free();
}
const before = engine.exports.memory.buffer.byteLength;
for (let reset = 0; reset < 200; reset++) engine.world({ seed: reset }).free();
const grown = engine.exports.memory.buffer.byteLength - before;
console.log(JSON.stringify({ month: middle(months), run: middle(years), before, grown }));
"""


def measured(people: int, rounds: int) -> dict[str, float]:
    """Return milliseconds and bytes of two worlds of so many people."""
    made = document([load_scenario("baseline", **{"organization.people": people})])
    with tempfile.TemporaryDirectory() as folder:
        module = wasm.ENGINE.with_name("engine.mjs").as_uri()
        (Path(folder) / "measured.mjs").write_text(SCRIPT.replace("ENGINE", json.dumps(module)))
        (Path(folder) / "document.json").write_text(json.dumps(made))
        words = [f"{folder}/measured.mjs", f"{folder}/document.json", str(rounds)]
        node = shutil.which("node") or "node"
        done = subprocess.run([node, *words], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[60, 1555, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    rows = []
    for people in asked.people:
        found = measured(people, asked.rounds)
        memory = [shown(found[key] / 2**20) for key in ("before", "grown")]
        rows.append([f"{people:,}", shown(found["month"]), shown(found["run"]), *memory])
    header = ["people", "a month, ms", "ten years, ms", "memory, MB", "grown by 200 resets, MB"]
    print(text(Table("Two worlds in Node", header, rows)))


if __name__ == "__main__":
    main()
