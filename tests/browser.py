"""Worlds of the engine for browsers: run in Node or in Chromium, told as JSON."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from simulation.faces.dashboard import wasm

MODULE = wasm.ENGINE.with_name("engine.mjs")
#: Runs the jobs of a document: {"world": {...}, "steps": [[method, ...arguments], ...]} each, and
#: tells all measures of all months, as texts that hold every bit.
SCRIPT = """
const bits = (number) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return Number.isNaN(number) ? "nan" : view.getBigUint64(0).toString(16).padStart(16, "0");
};
async function told({ document, jobs }) {
  const engine = await Engine.load(document);
  const answers = [];
  for (const { world: asked, steps, column } of jobs) {
    try {
      let world = engine.world(asked);
      for (const [method, ...words] of steps) {
        const came = world[method](...words);
        if (method === "twin") { world.free(); world = came; }
      }
      const months = [];
      for (let month = 0; month <= world.month; month++)
        months.push(Object.values(world.measures(month)).map(bits));
      const names = Object.keys(world.measures());
      const rows = column ? Array.from(world.column(column), bits) : [];
      answers.push({ names, months, rows, memory: engine.exports.memory.buffer.byteLength });
      world.free();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answers.push({ refused: error.message });
    }
  }
  return answers;
}
"""
PAGE = """<!doctype html><meta charset="utf-8"><pre id="told"></pre>
<script type="application/json" id="asked">{asked}</script>
<script type="module">
{engine}
{script}
const asked = JSON.parse(document.getElementById("asked").textContent);
const place = document.getElementById("told");
told(asked).then(
  (answers) => (place.textContent = JSON.stringify(answers)),
  (error) => (place.textContent = JSON.stringify(String(error))),
);
</script>
"""


def needed(program: str) -> str:
    """Return a program's path; skip where it is not there, fail where CI has to have it."""
    path = shutil.which(program)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(f"there is no {program} for the tests of the engine for browsers")
    if path is None:
        pytest.skip(f"no {program} here: the engine for browsers is not tried")
    return path


def in_node(folder: Path, document: dict, jobs: list[dict]) -> list[dict]:
    """Return what Node makes of jobs."""
    asked = folder / "asked.json"
    asked.write_text(json.dumps({"document": document, "jobs": jobs}))
    script = folder / "told.mjs"
    script.write_text(
        f"import {{ Engine, Refused }} from {json.dumps(MODULE.as_uri())};\n"
        f'import {{ readFileSync }} from "node:fs";\n{SCRIPT}\n'
        f"const asked = JSON.parse(readFileSync({json.dumps(str(asked))}));\n"
        "console.log(JSON.stringify(await told(asked)));\n"
    )
    done = subprocess.run(
        [needed("node"), script], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_chromium(folder: Path, document: dict, jobs: list[dict]) -> list[dict]:
    """Return what Debian's Chromium makes of jobs, of a file that holds all of it."""
    asked = json.dumps({"document": document, "jobs": jobs}).replace("<", "\\u003c")
    engine = re.sub(r"^export ", "", MODULE.read_text("utf-8"), flags=re.MULTILINE)
    page = folder / "page.html"
    page.write_text(PAGE.format(asked=asked, engine=engine, script=SCRIPT), "utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=1000000"]
    done = subprocess.run(
        [needed("chromium"), *words, f"--user-data-dir={folder}/profile", "--dump-dom", page],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr[-2000:]
    answers = json.loads(html.unescape(found[1]))
    assert isinstance(answers, list), answers
    return answers
