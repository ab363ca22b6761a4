"""The page of two worlds, as a person uses it: in Debian's Chromium, from a file."""

from __future__ import annotations

import re

import numpy as np
import pytest
from browser import needed

from simulation.errors import InputError
from simulation.faces import command as cli
from simulation.faces.dashboard.page import chosen, write_page
from simulation.scenarios.scenario import load_scenario
from simulation.study.run import Run

SMALL = load_scenario("baseline", **{"organization.people": 200})


def test_the_command_writes_one_file_that_asks_for_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        "sys.argv", ["mentoring", "dashboard", "--no-show", "--out", str(tmp_path / "d.html")]
    )
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not end.value.code
    assert capsys.readouterr().out.strip() == str(tmp_path / "d.html")
    page = (tmp_path / "d.html").read_text("utf-8")
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?!data:)[^"'\s>]""", page.split("<body")[0])
    assert "{{" not in page.split('id="document"')[0]
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", page.split('id="engine"')[1])[:200]


def test_scenarios_that_do_not_fit_the_organization_are_left_out():
    names = [scenario.name for scenario in chosen(load_scenario("baseline"))]
    assert names[0] == "baseline"
    assert {"chief-leaves", "lapse-6-months"} <= set(names)
    assert [one.name for one in chosen(SMALL)][1:] == []  # the others are of another organization


def test_a_page_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write the page"):
        write_page([SMALL], tmp_path / "file" / "page.html")


@pytest.fixture(scope="module")
def browser():
    """Return Debian's Chromium."""
    path = needed("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser, tmp_path):
    """Return the page of a small organization; it must not ask for anything or complain."""
    file = write_page([SMALL, SMALL.changed(name="other", title="Other")], tmp_path / "page.html")
    opened = browser.new_page(viewport={"width": 1280, "height": 720})
    asked, said = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(file.as_uri())
    opened.wait_for_selector("body[data-ready]", timeout=30_000)
    yield opened
    assert not [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]
    assert said == []
    opened.close()


def history(page, side: int, measure: str = "adoption") -> list[float]:
    """Return a measure of the left (0) or the right (1) world so far."""
    return page.evaluate(f"Array.from(page.worlds()[{side}].series('{measure}'))")


@pytest.mark.slow
def test_a_slider_changes_the_right_world_only_and_from_then_on(page):
    page.evaluate("page.go(12)")
    page.locator('[id="p-presence.level"]').fill("0.2")
    page.evaluate("page.go(120)")
    left, right = history(page, 0), history(page, 1)
    assert left[:13] == right[:13]
    assert left[13:] != right[13:]
    changed = SMALL.changed(
        events=[{"type": "change", "month": 13, "lever": "presence.level", "value": 0.2}]
    )
    assert left == Run(SMALL).finish().table["adoption"].tolist()
    assert right == Run(changed).finish().table["adoption"].tolist()


@pytest.mark.slow
def test_a_button_lets_an_event_happen_in_its_month(page):
    page.locator("#when").fill("30")
    page.get_by_role("button", name="The chief leaves").click()
    page.evaluate("page.go(40)")
    expected = Run(SMALL.changed(events=[{"type": "chief_leaves", "month": 30}])).advance(40)
    assert history(page, 1) == expected.table["adoption"][:41].tolist()
    assert history(page, 0)[:30] == history(page, 1)[:30]
    assert "month 30: the chief leaves" in page.inner_text("#happened")
    page.get_by_role("button", name="Remove the chief leaves, month 30").click()
    assert history(page, 0) == history(page, 1)


@pytest.mark.slow
def test_what_is_saved_runs_to_the_same_numbers(page, tmp_path):
    page.evaluate("page.set('succession.leads', 3)")
    page.evaluate("page.set('commitment.action', 1)")
    page.evaluate("page.go(24)")
    page.evaluate("page.happen({type: 'commitment_lapse', talk: 0.1, action: 0, months: 3})")
    page.evaluate("page.set('presence.level', 2)")
    page.evaluate("page.set('succession.plan', true)")
    page.evaluate("page.go(120)")
    text = page.evaluate("page.scenarioFile()")
    (tmp_path / "saved.toml").write_text(text)
    saved = load_scenario(tmp_path / "saved.toml", **{"organization.people": 200})
    assert Run(saved).finish().table["engagement"].tolist() == history(page, 1, "engagement")
    before = history(page, 1)
    page.evaluate("text => page.take({...page.readFile(text), month: 120})", text)
    assert history(page, 1) == before
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.evaluate("page.go(120)")  # the address holds the state
    assert history(page, 1) == before


#: Moves a control to an end of its range; tells whether the right world differs, and the mark.
MOVED = """([name, end]) => {
    const box = document.querySelector(`.control[data-name="${name}"]`);
    const input = box.querySelector("input, select");
    const choice = input.tagName === "SELECT";
    if (choice) input.value = [...input.options].find((one) => !one.selected).value;
    else input.value = input[end];
    input.dispatchEvent(new Event(choice ? "change" : "input", { bubbles: true }));
    page.go(36);
    const [left, right] = page.worlds().map((world) => {
        const months = [];
        for (let month = 0; month <= 36; month++) months.push(Object.values(world.measures(month)));
        return JSON.stringify(months);
    });
    return [left !== right, box.querySelector(".mark").textContent];
}"""


@pytest.mark.slow
def test_no_slider_does_nothing(page):
    """In month 12 each control moves the right world from then on, or says when it acts."""
    names = page.evaluate(
        "Array.from(document.querySelectorAll('.control')).map((box) => box.dataset.name)"
    )
    assert len(names) > 60
    idle = []
    for name in names:
        told = []
        for end in ("max", "min"):
            page.evaluate("page.take({values: {}, events: [], month: 12})")
            told += page.evaluate(MOVED, [name, end])
        if not any(told):
            idle.append(name)
    assert idle == []


@pytest.mark.slow
def test_memory_stays_flat_over_resets(page):
    grow = """() => {
        for (let k = 0; k < 100; k++) {
            page.take({seed: k, month: 3, values: {"presence.level": 1.5}, events: []});
            page.go(0);
        }
        return page.memory();
    }"""
    assert page.evaluate(grow) == page.evaluate(grow)


@pytest.mark.slow
def test_the_tour_by_keyboard_alone(page):
    page.locator("#tour-open").focus()
    page.keyboard.press("Enter")
    steps = []
    while page.locator("#tour").is_visible():
        steps.append(page.inner_text("#tour p"))
        page.keyboard.press("Enter")
        assert len(steps) < 20
    assert len(steps) == 7
    assert steps[-1].startswith("7 of 7.")
    assert page.evaluate("document.activeElement.id") == "tour-open"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator("#tour").is_hidden()
    page.evaluate("document.activeElement.blur()")
    page.evaluate("page.go(0)")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("page.state.month") == 1
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("page.state.month") == 0


@pytest.mark.slow
def test_contrast_and_labels_pass_a_checker(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.evaluate("page.set('presence.level', 0.3)")
    for _ in range(2):  # with the tour closed, and open
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.locator("#tour-open").click()


@pytest.mark.slow
def test_the_table_has_the_curves_numbers(page):
    page.evaluate("page.go(12)")
    page.get_by_role("button", name="Table").click()
    rows = page.locator("#rows tr").all_inner_texts()
    assert len(rows) == 14
    shown = [float(row.split("\t")[1]) for row in rows[1:]]
    assert np.allclose(shown, history(page, 0), atol=1e-4)
