"""The page of every kind of run in headless Chromium: whole, silent, alone, accessible, and fit for a telephone.

Skipped where there is no Chromium. The accessibility engine is axe-core (https://github.com/dequelabs/axe-core).
"""

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from browser import CHROMIUM, SHELL, Browser, browser
from report_images import write_images_run
from report_run import as_volatility, with_seeds, write_function_run, write_run
from tunewright.entrance import write_report

pytestmark = pytest.mark.skipif(not (CHROMIUM and SHELL), reason="no Chromium here")

EVIL = "<script>alert(1)</script>"
PAGES = 8
"""Of paper, at most."""
DRAW = """(async () => {
  const waiting = () => [...document.querySelectorAll(".plot")].find((one) => !one.querySelector(".main-svg"));
  for (let tries = 0; waiting() && tries < 400; tries++) {
    waiting().scrollIntoView({ behavior: "instant" });
    await new Promise((go) => setTimeout(go, 25));
  }
  scrollTo({ top: 0, behavior: "instant" });
  return waiting() === undefined;
})()"""
CUT = """(() => {
  const found = [], wide = document.documentElement.clientWidth;
  const hidden = ".hidden, .modebar, .hoverlayer, thead, #js-plotly-tester";
  for (const one of document.querySelectorAll("body *")) {
    const { left, right, width } = one.getBoundingClientRect();
    const region = one.parentElement.closest(".scroll"), svg = one.closest(".main-svg");
    if (!width || region || one.closest(hidden) || (svg && one.tagName !== "text")) continue;
    const box = svg ? svg.getBoundingClientRect() : { left: 0, right: wide };
    if (left < box.left - 2 || right > box.right + 2) {
      found.push([one.tagName, one.closest("figure")?.id, one.textContent.slice(0, 40), left, right, box.right]);
    }
  }
  return found;
})()"""
SCROLLS = """[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1).map(
  (one) => [one.tabIndex, one.getAttribute("role"), one.getAttribute("aria-label") ?? "", 
            getComputedStyle(one).backgroundImage.includes("gradient")])"""
VERDICT = 'document.querySelector(".verdict").getBoundingClientRect().bottom'
TABLES = """[...document.querySelectorAll("figure:has(.panels)")].map((one) => {
  const summary = one.querySelector("summary");
  if (summary) summary.parentElement.open = true;
  return [one.id, summary?.tabIndex, one.querySelectorAll("details[open] tbody tr").length];
})"""
NEAR = """(async () => {
  const drawn = (name) => document.querySelector(`#${name} .main-svg`) !== null;
  for (let tries = 0; !drawn("pruning") && tries < 400; tries++) await new Promise((go) => setTimeout(go, 25));
  await new Promise((go) => setTimeout(go, 300));
  return [drawn("pruning"), drawn("worth")];
})()"""
ALTS = '[...document.querySelectorAll(".panels")].map((one) => one.getAttribute("aria-label"))'
SCREENS = [(390, True), (1280, False)]
AXE = """(async () => {
  document.querySelector(".behind").open = true;
  const others = [...document.querySelectorAll(".behind:not([open])")].map((one) => [one, new Comment()]);
  for (const [one, place] of others) one.replaceWith(place);
  const told = await axe.run({ exclude: [[".plot"]] }, { resultTypes: ["violations"] });
  for (const [one, place] of others) place.replaceWith(one);
  return told.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]);
})()"""
"""Of one table behind a figure: the others are alike, and take axe long. Where figures are not drawn yet, each is one
picture to a reader."""
SHOWN = "(query) => [...document.querySelectorAll(query)].filter((one) => one.checkVisibility()).length"


def prices(folder: Path) -> Path:
    path = write_run(folder) / "results.json"
    with_seeds(folder)
    record = json.loads(path.read_text())
    record["data"]["card"]["ticker"] = EVIL
    path.write_text(json.dumps(record))
    return folder


def ladder(folder: Path) -> Path:
    with zipfile.ZipFile(Path(__file__).parents[1] / "old_runs" / "ladder.zip") as archive:
        archive.extractall(folder)
    return folder


def study(folder: Path) -> Path:
    path = ladder(folder) / "results.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": "feature-study"}))
    return folder


KINDS: dict[str, Callable[[Path], Path]] = {
    "prices": prices,
    "volatility": lambda folder: as_volatility(write_run(folder, rows=900, test=200, trials=6)),
    "images": lambda folder: write_images_run(folder, contestants=2, test=300),
    "function": lambda folder: write_function_run(folder, trials=30),
    "feature-study": study,
}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The page of a kind, written once."""
    return cache(lambda kind: write_report(KINDS[kind](tmp_path_factory.mktemp(kind))))


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_on_a_telephone_on_a_desk_and_on_paper(
    chromium: Browser, pages: Callable[[str], Path], kind: str
) -> None:
    for width, dark in SCREENS:
        chromium.open(pages(kind), width=width, dark=dark)
        assert chromium.run(VERDICT) <= 844, "the verdict is seen without scrolling"
        told: list[str] = chromium.run(ALTS)
        assert told
        assert all(re.search(r"\. .*\d", one) for one in told), "a picture is told by its title, and then values"
        it_is_accessible(chromium)
        it_is_whole_silent_and_alone(chromium)
    each_figure_is_printed_once_on_few_pages(chromium)


def it_is_accessible(chromium: Browser) -> None:
    chromium.run(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8") + ";0")
    assert chromium.run(AXE) == []


def it_is_whole_silent_and_alone(chromium: Browser) -> None:
    assert chromium.run(DRAW), "every figure is drawn"
    assert chromium.run(CUT) == []
    assert all(told[:2] == [0, "region"] and told[2] and told[3] for told in chromium.run(SCROLLS))
    tables: list[Any] = chromium.run(TABLES)
    assert tables
    assert all(focus == 0 and rows > 0 for _, focus, rows in tables), tables
    assert chromium.complaints() == []
    assert chromium.requests() == []


def each_figure_is_printed_once_on_few_pages(chromium: Browser) -> None:
    chromium.run("""for (const one of document.querySelectorAll(".behind")) one.open = false""")
    assert len(re.findall(rb"/Type\s*/Page\b", chromium.pdf())) <= PAGES
    chromium("Emulation.setEmulatedMedia", media="print")
    plots, stills = (chromium.run(f"({SHOWN})({query!r})") for query in (".panels", "figure > .still"))
    assert plots == 0
    assert stills == chromium.run('document.querySelectorAll("figure:has(.panels)").length')
    chromium("Emulation.setEmulatedMedia", media="")


def test_figures_are_drawn_as_they_come_near(chromium: Browser, pages: Callable[[str], Path]) -> None:
    chromium.open(pages("prices"), width=390)
    assert chromium.run("typeof Plotly") == "undefined", "the library is not even unpacked"
    chromium.run('document.querySelector("#pruning").scrollIntoView({ behavior: "instant" })')
    assert chromium.run(NEAR) == [True, False]


def test_a_ticker_is_text(chromium: Browser, pages: Callable[[str], Path]) -> None:
    chromium.open(pages("prices"), width=1280)
    assert EVIL in chromium.run('document.querySelector("#data").innerText')
    assert chromium.run('[...document.scripts].every((one) => !one.textContent.startsWith("alert"))')
