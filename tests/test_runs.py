"""Results on disk: what is saved can be read, run again to the bit, and trusted."""

from __future__ import annotations

import errno
import json
import os

import numpy as np
import pandas as pd
import pytest
from helpers import restated, rewritten

import simulation
from simulation.errors import InputError
from simulation.files import whole
from simulation.organizations.chart import load_chart
from simulation.organizations.organization import generate_organization
from simulation.scenarios.designs import Design, make_design
from simulation.scenarios.scenario import Scenario, load_scenario
from simulation.study import store
from simulation.study.code import code_digest
from simulation.study.naming import folder_of, slug
from simulation.study.reproduction import reproduce
from simulation.study.running import carry_out, simulate
from simulation.study.runs import load, save
from simulation.study.store import MANIFEST
from simulation.study.study import study_of

TINY = load_scenario("baseline", **{"organization.people": 30, "run.months": 6})
OTHER = TINY.changed({"commitment.action": 0.9}, name="other")
#: Where the first 256 runs of a folder have their months.
PART = "months/part-00000.parquet"


@pytest.fixture(scope="module")
def runs():
    """Return two scenarios of two replications each."""
    return carry_out(study_of([TINY, OTHER], seed=7), 2)


@pytest.fixture
def folder(runs, tmp_path):
    """Return a folder with those results."""
    return save(runs, tmp_path / "results")


def test_what_is_saved_is_what_is_loaded(runs, folder):
    again = load(folder)
    pd.testing.assert_frame_equal(again.table, runs.table, check_exact=True)
    assert [s.digest for s in again.scenarios] == [TINY.digest, OTHER.digest]
    assert (again.seed, again.replications) == (7, 2)
    assert again.points["scenario"].tolist() == ["baseline", "other"]
    pd.testing.assert_frame_equal(again.runs, runs.runs, check_exact=True)
    pd.testing.assert_frame_equal(again.summary(), runs.summary(), check_exact=True)
    for old, new in zip(runs.organizations, again.organizations, strict=True):
        assert old.digest == new.digest
        for field in ("level", "branch", "team_start", "team_size"):
            np.testing.assert_array_equal(getattr(old, field), getattr(new, field))


def test_the_manifest_says_all_that_is_needed(folder):
    stated = json.loads((folder / MANIFEST).read_text())
    assert stated["seed"] == 7
    assert stated["replications"] == 2
    assert stated["model"] == stated["versions"]["model"] == code_digest()
    assert {"python", "numpy", "numba", "mentoring-simulation"} <= set(stated["versions"])
    assert stated["platform"]
    assert stated["created"].endswith("+00:00")
    for one, scenario in zip(stated["scenarios"], (TINY, OTHER), strict=True):
        assert (one["name"], one["digest"]) == (scenario.name, scenario.digest)
        assert one["stated"] == sorted(scenario.stated)
        assert Scenario.from_dict(one["scenario"]).digest == scenario.digest
        assert (folder / f"organization-{one['organization']}.npz").is_file()
    assert len(load(folder).table) == 2 * 2 * 7


def test_saved_runs_are_the_same_when_run_again(runs, folder):
    found = reproduce(folder)
    assert found.same
    assert found.different == {}
    assert found.rows == 28 + 4
    measures = runs.table.shape[1] - 4
    assert found.numbers == (28 + 4) * measures
    assert found.notes == ()


@pytest.mark.parametrize("measure", ["adoption", "exits", "money"])
def test_a_changed_number_is_found_and_named(folder, measure):
    def changed(table):
        value = table[measure].to_numpy(copy=True)
        value[20] = np.nextafter(value[20], np.inf)  # one bit is enough
        return table.assign(**{measure: value})

    rewritten(folder / PART, changed)
    found = reproduce(folder)
    assert not found.same
    assert found.different == {f"months: {measure}": 1}


def test_a_missing_number_a_missing_row_and_a_strange_column_are_found(folder):
    table = pd.read_parquet(folder / PART)
    holes = table.copy()
    holes.loc[5, "adoption"] = np.nan
    rewritten(folder / PART, lambda _: holes)
    assert reproduce(folder).different == {"months: adoption": 1}
    rewritten(folder / PART, lambda _: table.iloc[:-1])
    assert reproduce(folder).different == {"months: rows": 1}
    rewritten(folder / PART, lambda _: table.assign(happiness=1.0))
    assert reproduce(folder).different == {"months: happiness": 28}


def test_a_column_that_is_gone_is_found(folder):
    rewritten(folder / PART, lambda table: table.drop(columns="adoption"))
    found = reproduce(folder)
    assert not found.same
    assert found.different == {"months: adoption": 28}


def test_a_text_and_a_status_that_differ_are_found_in_their_table(folder):
    rewritten(folder / "runs/part-00000.parquet", lambda table: table.assign(error="none"))
    assert reproduce(folder).different == {"runs: error": 4}


def test_a_manifest_of_another_study_than_its_files_is_refused(folder):
    restated(folder, seed=8)
    with pytest.raises(InputError, match="of another study than its files"):
        reproduce(folder)


def test_rows_of_other_runs_than_their_numbers_say_are_refused(folder):
    rewritten(
        folder / "runs/part-00000.parquet", lambda t: t.assign(digest=t["digest"].to_numpy()[::-1])
    )
    with pytest.raises(InputError, match="4 of 4 rows are of other runs"):
        load(folder).summary()
    with pytest.raises(InputError, match="4 of 4 rows are of other runs"):
        reproduce(folder)


def test_other_versions_are_noted(folder):
    stated = json.loads((folder / MANIFEST).read_text())
    stated["versions"] |= {"numpy": "1.0"}
    del stated["versions"]["scipy"]
    restated(folder, versions=stated["versions"])
    found = reproduce(folder)
    assert found.same
    assert [note.split(",")[0] for note in found.notes] == ["numpy was 1.0", "scipy was absent"]


def without(*names: str):
    def spoil(stated):
        for name in names:
            del stated[name]
        return stated

    return spoil


def first_scenario(**changes):
    def spoil(stated):
        stated["scenarios"][0] |= changes
        return stated

    return spoil


SPOILT = {
    "a list": lambda stated: [stated],
    "a number": lambda stated: 3,
    "nothing": lambda stated: None,
    "another kind": lambda stated: stated | {"kind": "pilot"},
    "no kind": without("kind"),
    "no scenarios": without("scenarios"),
    "no seed": without("seed"),
    "no replications": without("replications"),
    "no study": without("study"),
    "no code": without("model"),
    "scenarios a number": lambda stated: stated | {"scenarios": 3},
    "scenarios of numbers": lambda stated: stated | {"scenarios": [3]},
    "none of a scenario": lambda stated: stated | {"scenarios": []},
    "a scenario without values": lambda stated: stated | {"scenarios": [{"organization": "x"}]},
    "no such organization": first_scenario(organization="0" * 16),
    "a wrong scenario": first_scenario(scenario={"run": {"months": -1}}),
    "an organization of numbers": first_scenario(scenario={"organization": 3}),
    "a scenario of numbers": first_scenario(scenario=3),
    "a seed in words": lambda stated: stated | {"seed": "seven"},
    "vectors of words": lambda stated: stated | {"vectors": {"peers.boss": ["much"]}},
    "vectors of nothing": lambda stated: stated | {"vectors": {"no.such": [0.1]}},
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_manifest_is_refused(folder, name):
    stated = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(SPOILT[name](stated)))
    with pytest.raises(InputError):
        reproduce(folder)
    with pytest.raises(InputError):
        load(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_manifest_that_is_none_is_refused(folder, content):
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        load(folder)


@pytest.mark.parametrize("cut", [0, 10, -10])
@pytest.mark.parametrize("table", ["runs", "months"])
def test_a_damaged_table_is_refused(folder, table, cut):
    path = folder / table / "part-00000.parquet"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="damaged"):
        getattr(load(folder), {"runs": "runs", "months": "table"}[table])
    with pytest.raises(InputError, match="damaged"):
        reproduce(folder)


@pytest.mark.parametrize("cut", [0, 10, 500, -10])
def test_a_damaged_organization_is_refused(folder, cut):
    path = next(folder.glob("organization-*.npz"))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="damaged"):
        load(folder)


def test_a_folder_without_results_is_refused(tmp_path):
    for place in (tmp_path, tmp_path / "gone"):
        with pytest.raises(InputError, match="no results folder"):
            load(place)


def test_a_folder_that_cannot_be_written_is_refused_and_nothing_lost(runs, folder):
    before = contents(folder)
    with pytest.raises(InputError, match="cannot write results to"):
        save(runs, folder / PART / "deeper")
    assert contents(folder) == before


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def without_manifest(files):
    return {name: content for name, content in files.items() if name != MANIFEST}


def test_a_write_that_fails_leaves_the_old_results(runs, folder, monkeypatch):
    """A full disk half-way: the old tables stay whole, and no partial file is left."""
    before = contents(folder)

    def full(path, content):
        def half(part):
            part.write_bytes(b"half a tab")
            raise OSError(errno.ENOSPC, "No space left on device")

        whole(path, half)

    monkeypatch.setattr(store, "_write", full)
    with pytest.raises(InputError, match="disk is full"):
        save(runs, folder)
    after = contents(folder)
    assert {n: after[n] for n in before if n != MANIFEST} == without_manifest(before)
    assert [name for name in set(after) - set(before) if not name.startswith("journal-")] == []
    assert load(folder).table.equals(runs.table)
    monkeypatch.undo()
    save(runs, folder)
    assert contents(folder) == before


def test_another_study_is_not_saved_over_it(runs, folder):
    before = contents(folder)
    for other in (
        carry_out(study_of([TINY, OTHER], seed=8), 2),
        carry_out(study_of([TINY], seed=7), 2),
        carry_out(study_of([TINY, OTHER], seed=7, analyzers=[lambda run: 1.0]), 1),
    ):
        with pytest.raises(InputError, match="holds other results"):
            save(other, folder)
        assert contents(folder) == before


def test_an_interrupted_write_leaves_no_partial_file(tmp_path):
    def interrupted(path):
        path.write_text("half")
        raise KeyboardInterrupt

    (tmp_path / "kept").write_text("whole")
    with pytest.raises(KeyboardInterrupt):
        store.whole(tmp_path / "kept", interrupted)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text() == "whole"


def test_a_run_on_a_chart_needs_no_chart_again(tmp_path):
    chart = tmp_path / "people.csv"
    rows = "".join(f"Zyx{i:02d},{f'Zyx{(i - 1) // 3:02d}' if i else ''}\n" for i in range(25))
    chart.write_text("id,manager\n" + rows)
    scenario = TINY.changed({"organization.chart": str(chart)})
    for made in (simulate(scenario, 1, 2), simulate(TINY, 1, 2, load_chart(chart))):
        folder = save(made, tmp_path / f"results-{made.scenarios[0].digest}")
        assert made.organizations[0].people == 25
        kept = chart.rename(tmp_path / "elsewhere.csv")
        assert reproduce(folder).same
        kept.rename(chart)
        assert {"manifest.json", PART} < set(contents(folder))
        assert not any(b"Zyx" in content for content in contents(folder).values())
        with np.load(next(folder.glob("*.npz"))) as arrays:
            assert {arrays[name].dtype.kind for name in arrays.files} == {"i", "f"}


def test_saving_twice_is_saving_once(runs, folder):
    names = set(contents(folder))
    assert save(runs, str(folder)) == folder
    assert set(contents(folder)) == names
    assert not [name for name in names if str(os.getpid()) in name]


# ------------------------------------------------------------------ one object, one store


def equal(first, second):
    """Hold two runs to be the same in every table, dtypes and bits included."""
    for name in ("table", "runs", "points"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
    for months in (12, 3):
        pd.testing.assert_frame_equal(first.summary(months), second.summary(months))
    assert first.labels == second.labels
    assert (first.seed, first.replications) == (second.seed, second.replications)
    assert (first.finished, first.failed, first.wanted) == (
        second.finished,
        second.failed,
        second.wanted,
    )


ROADS = {
    "simulate": lambda **options: simulation.simulate(TINY, 3, 2, **options),
    "compare": lambda **options: simulation.compare([TINY, OTHER], 3, 2, **options).runs,
    "sweep": lambda **options: simulation.sweep(TINY, LENGTHS, 2, 3, **options),
}
#: Points of different lengths.
LENGTHS = simulation.grid({"run.months": [24, 60], "commitment.action": [0.2, 0.8]})


@pytest.mark.parametrize("road", ROADS)
def test_a_folder_and_memory_hold_the_same(road, tmp_path):
    in_memory = ROADS[road]()
    kept = ROADS[road](out=tmp_path / "kept")
    assert (in_memory.folder, kept.folder) == (None, tmp_path / "kept")
    for other in (kept, simulation.load(tmp_path / "kept")):
        equal(other, in_memory)
    saved = in_memory.save(tmp_path / "saved")
    equal(simulation.load(saved), in_memory)
    assert reproduce(saved).same


def test_points_of_other_lengths_are_all_in_the_summary(tmp_path):
    in_memory = ROADS["sweep"]()
    ROADS["sweep"](out=tmp_path)
    for runs in (in_memory, simulation.load(tmp_path)):
        for months in (12, 5):
            summary = runs.summary(months)
            assert summary["point"].unique().tolist() == [0, 1, 2, 3]
            for point, scenario in enumerate(runs.scenarios):
                alone = simulate(scenario, 3, 2).summary(months).drop(columns="point")
                own = summary[summary["point"] == point].drop(columns="point")
                pd.testing.assert_frame_equal(own.reset_index(drop=True), alone)


def lines(figure):
    """Return the labels of a figure's lines."""
    import matplotlib.pyplot as plt

    found = [text.get_text() for text in figure.legends[0].get_texts()] if figure.legends else []
    for axes in figure.axes:
        found += [line.get_label() for line in axes.lines if line.get_label()[0] != "_"]
        found += [text.get_text() for text in axes.texts]
    plt.close(figure)
    return found


def test_a_sweep_draws_a_labelled_line_a_point():
    runs = ROADS["sweep"]()
    told = " ".join(lines(runs.plot("adoption")))
    assert len(set(runs.labels.values())) == 4
    for label in runs.labels.values():
        assert label in told
    assert runs.labels[1] == "run.months = 24, commitment.action = 0.8"
    some = " ".join(lines(runs.plot("adoption", points=[1, 2])))
    assert runs.labels[2] in some
    assert runs.labels[3] not in some


def test_lines_are_those_of_the_points():
    """Each line is the mean of its own point's replications."""
    import matplotlib.pyplot as plt

    runs = simulation.sweep(TINY, simulation.grid({"commitment.action": [0.2, 0.8]}), 2, 3)
    figure = runs.plot("engagement")
    drawn = [np.asarray(line.get_ydata(), float) for line in figure.axes[0].lines]
    plt.close(figure)
    for _, block in runs.table.groupby("point"):
        mean = block.groupby("month")["engagement"].mean().to_numpy()
        assert any(len(one) == len(mean) and np.allclose(one, mean) for one in drawn)


def test_what_cannot_be_drawn_is_refused():
    many = simulation.sweep(
        TINY, simulation.grid({"commitment.action": np.linspace(0.1, 0.9, 25).tolist()}), 1
    )
    with pytest.raises(InputError, match=r"25 points are too many .* up to 24 with points"):
        many.plot()
    assert lines(many.plot(points=range(3)))
    with pytest.raises(InputError, match="Did you mean 'adoption'"):
        many.plot("adoptoin", points=[0])
    with pytest.raises(InputError, match="no point 25: points are 0 to 24"):
        many.plot(points=[25])


def test_a_renamed_twin_is_told_apart():
    twin = TINY.changed(name="twin")
    found = simulation.compare([TINY, twin.changed({"commitment.action": 0.9})], 1, 3)
    assert list(found.runs.labels.values()) == list(found.titles.values())
    assert len(set(found.titles.values())) == 2
    assert found.titles["twin"] == f"{TINY.title} (twin)"
    assert found.sentences
    assert all(found.titles["twin"] in sentence for sentence in found.sentences)
    assert all(found.titles["baseline"] in sentence for sentence in found.sentences)


def test_runs_say_what_they_are(runs, folder):
    assert repr(runs) == (
        "<Runs of baseline, other: 4 of 4 runs (2 points, 2 replications, seed 7) in memory>"
    )
    assert str(folder) in repr(load(folder))
    assert "<table>" in runs._repr_html_()


# ------------------------------------------------------------------------ names of folders


def named(scenarios=(TINY,), seed=7, **options):
    return folder_of(study_of(list(scenarios), seed, **options))


def people(path, count):
    rows = "".join(f"p{i},{f'p{(i - 1) // 3}' if i else ''}\n" for i in range(count))
    path.write_text("id,manager\n" + rows)
    return TINY.changed({"organization.chart": str(path)})


def test_folders_are_named_by_what_they_hold(tmp_path):
    vectors = pd.DataFrame({"peers.boss": [0.1, 0.2]})
    chart = people(tmp_path / "people.csv", 25)
    before = named([chart])
    people(tmp_path / "people.csv", 40)
    folders = [
        named(),
        named(seed=8),
        named([TINY.changed({"commitment.action": 0.9})]),
        named([TINY, OTHER]),
        named([OTHER, TINY]),
        named([TINY.changed(name="twin")]),
        named(organization=generate_organization(50)),
        named(organization=generate_organization(51)),
        before,
        named([chart]),
        named([people(tmp_path / "others.csv", 41)]),
        named(vectors=vectors),
        named(vectors=vectors * 2),
        named(design=make_design(TINY, simulation.grid({"commitment.action": [0.2, 0.8]}))),
        named(design=make_design(TINY, simulation.grid({"commitment.action": [0.2, 0.7]}))),
        named(design=make_design(TINY, simulation.grid({"commitment.talk": [0.2, 0.8]}))),
        named(months=False),
        named(analyzers=[lambda run: 1.0]),
        named(interventions=[lambda run: None]),
    ]
    assert len(set(folders)) == len(folders)
    assert folders[0] == named()
    assert all(path.parent.name == "runs" for path in folders)
    assert folders[3].name.startswith("baseline-against-other-")


def test_an_edited_chart_is_read_again(tmp_path):
    scenario = people(tmp_path / "people.csv", 25)
    first = simulate(scenario, out=tmp_path / "first")
    people(tmp_path / "people.csv", 40)
    second = simulate(scenario, out=tmp_path / "second")
    places = [runs.organizations[0] for runs in (first, second)]
    assert [place.people for place in places] == [25, 40]
    for name, place in zip(("first", "second"), places, strict=True):
        stated = json.loads((tmp_path / name / MANIFEST).read_text())
        assert stated["scenarios"][0]["organization"] == place.digest
        assert load(tmp_path / name).organizations[0].digest == place.digest
        assert load(tmp_path / name).table["headcount"].max() <= place.people
        assert reproduce(tmp_path / name).same
    with pytest.raises(InputError, match="holds other results: scenarios was"):
        simulate(scenario, out=tmp_path / "first")


ANOTHER = {
    "another seed": lambda: study_of([TINY, OTHER], 8),
    "another scenario": lambda: study_of([TINY, OTHER.changed({"commitment.talk": 0.1})], 7),
    "one scenario": lambda: study_of([TINY], 7),
    "a design": lambda: study_of([TINY], 7, make_design(TINY, LENGTHS)),
    "another organization": lambda: study_of([TINY, OTHER], 7, None, generate_organization(31)),
    "vectors": lambda: study_of([TINY, OTHER], 7, vectors=pd.DataFrame({"peers.boss": [0.1]})),
    "no months": lambda: study_of([TINY, OTHER], 7, months=False),
    "an intervention": lambda: study_of([TINY, OTHER], 7, interventions=[lambda run: None]),
    "an analyzer": lambda: study_of([TINY, OTHER], 7, analyzers=[lambda run: 1.0]),
}


@pytest.mark.parametrize("name", ANOTHER)
def test_a_folder_of_another_study_is_refused_and_nothing_changes(folder, name):
    before = contents(folder)
    with pytest.raises(InputError, match=r"holds other results: .*; give another folder") as told:
        carry_out(ANOTHER[name](), 3, out=folder)
    assert "\n" not in str(told.value)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Überblick 2024/Q1.", "Uberblick-2024-Q1"),
        ("日本", "runs"),
        ("..", "runs"),
        ("chief-leaves_2", "chief-leaves_2"),
        ("a" * 79 + "--b", "a" * 79),
    ],
)
def test_folders_have_names_that_every_file_system_takes(label, name):
    assert slug(label) == name


def test_a_design_that_would_not_be_read_back_the_same_is_refused_before_it_is_run(tmp_path):
    design = Design(({"adoption.rule": " threshold"},), "list", {}, None)
    with pytest.raises(InputError, match="would not be read back the same"):
        carry_out(study_of([TINY], 7, design), 1, out=tmp_path / "new")
    assert not (tmp_path / "new" / MANIFEST).exists()
