"""Which parameter vectors show the published patterns, and which parameters the patterns pin.

Question
--------
Most parameters are known as a range. Which vectors in these ranges show the patterns of
`MODEL.md`, section 1, all at once? How far do the patterns narrow each range? Do the vectors found
still show the patterns with new luck?

Design
------
`mentoring calibrate`: history matching with emulators and a last step of approximate Bayesian
computation, on the default organization from its launch; the method stands at the head of
`simulation/evidence/calibration.py`. Pattern 7 is not fitted, for the reason given in `MODEL.md`.
What events and interventions cause is measured in twins of each run
(`simulation/evidence/effects.py`). The accepted vectors are checked with twenty runs of new luck
each, signs included.

Reading
-------
A parameter is *pinned* when the accepted vectors' standard deviation is three quarters of the
plausible range's or less; what is *not pinned* keeps its range, and conclusions that hang on it
need `mentoring compare --uncertainty`. A correlation near 1 or -1 says that the patterns know a
combination of the two only. Two bands *exclude* each other when no candidate meets both, and
*strain* each other when clearly fewer do than would if the two had nothing to do with each other:
`simulation/evidence/trade_offs.py`. Candidates are drawn where all bands may be met at once, so
what is told holds there, not over the whole plausible ranges.

Source
------
Craig and others (1997), Vernon and others (2010), Beaumont and others (2002), Holm (1979), in
`references.bib`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from common import RESULTS, command_line, markdown, page

from simulation.evidence import calibration, calibration_tables, trade_offs
from simulation.evidence.bands import ALL_PATTERNS, NOT_FITTED

OUT, WORK = RESULTS / "calibration", Path("runs/calibration")
#: What the baseline shows: its table of patterns.
BASELINE = RESULTS / "patterns" / "table.csv"


def baseline_numbers(path: str | Path = BASELINE) -> dict[str, float]:
    """Return the published numbers of the baseline by key, or none where there are none."""
    if not Path(path).is_file():
        return {}
    return dict(pd.read_csv(path).set_index("key")["mean"])


def strained(found: calibration.Calibration, proof: int) -> list[str]:
    """Return what the page says of bands that exclude or strain each other."""
    shares = dict(zip(ALL_PATTERNS, found.bands()["share"], strict=True))
    told = trade_offs.told(found.trade_offs, calibration.BANDS, shares, proof)
    drawn = trade_offs.drawn_pairs(found.trade_offs)
    picture = (
        f"![Candidates and both bands, for the {len(drawn)} pairs that are met together least "
        "often beside what the shares allow](trade_offs.png)\n\nCandidates in the means of "
        f"{proof} runs each; where a number has few values, points are moved apart a little. All "
        "pairs are in `trade_offs.csv`, all candidates in `candidates.csv`."
    )
    return ["\n".join(f"* {one}" for one in told), *([picture] if len(drawn) else [])]


def main(
    effort: str = "full",
    seed: int = 0,
    executor: str = "processes",
    out: str | Path = OUT,
    work: str | Path = WORK,
) -> Path:
    """Calibrate, or go on with it; write tables, figures and a page; return the folder."""
    much = calibration.EFFORTS[effort]
    found = calibration.calibrate(work, seed=seed, effort=much, executor=executor)
    return write_page(found, much.proof, Path(out))


def write_page(found: calibration.Calibration, proof: int, target: Path) -> Path:
    """Write tables, figures and the page of a calibration; return the folder."""
    calibration.write_tables(found, target, baseline_numbers())
    pinned = found.identifiability()
    parts = [
        "## What was found",
        found.verdict(),
        "## Patterns met with new luck",
        "Twenty runs of each accepted vector; a sign counts only if it is clear of zero.",
        markdown(calibration_tables.met_again(found)),
        "Each number in the mean of those runs; of a sign, how many vectors have it:",
        markdown(calibration_tables.shown_again(found)),
        *(f"Pattern {number} is missed by design: {why}." for number, why in NOT_FITTED.items()),
        "![Where accepted vectors lie in each band](bands.png)",
        "## Bands that exclude or strain each other",
        *strained(found, proof),
        "## What the patterns pin",
        "![Nine tenths of the accepted values in each plausible range](identifiability.png)",
        markdown(pinned),
        "## Signs before they are fitted",
        "The other patterns do not imply the theory's signs. Of the vectors that were drawn by "
        "those alone (wave 1, two runs each) so many show each sign; where it is about half, "
        "the sign hangs on parameters that nothing else pins, and the baseline has it because it "
        "was fitted to:",
        markdown(calibration_tables.unfitted(found)),
        "## On the way",
        "Vectors by the number of patterns met, without the signs, in one or two runs each:",
        markdown(calibration_tables.waves(found)),
        "How well the emulators know each number in the end (spread between vectors, error of the "
        "emulator, chance of one run):",
        markdown(found.emulators),
    ]
    (target / "README.md").write_text(page(__doc__ or "", parts), encoding="utf-8")
    return target


if __name__ == "__main__":
    command_line(main, __doc__ or "", effort=tuple(calibration.EFFORTS))
