"""The written report: one self-contained page, PNGs of the same figures, no text of the user run as code."""

import base64
import gzip
import json
import re
import struct
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from plotly.offline import get_plotlyjs_version

from report_html import FIGURES, LOADING, Page
from report_run import write_run
from tunewright.core.errors import RunFolderError
from tunewright.entrance import write_report
from tunewright.prices.report.results import Forecast
from tunewright.prices.report.subject import PRICE
from tunewright.prices.report.tables import comparison_hint, comparison_table
from tunewright.report.page import PLOTLY
from tunewright.report.reading import checked

PANELS = 6  # of the score by parameter
EVIL = '</script><script>alert("x")</script><img src=http://evil.example/x>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_run(tmp_path_factory.mktemp("run"))
    assert write_report(folder) == folder / "report.html"
    return folder


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def edited(folder: Path, **changes: Any) -> str:
    """The page of a small run whose results.json has these changes under "test" or at the top."""
    path = write_run(folder, rows=200, test=20, trials=4) / "results.json"
    record = json.loads(path.read_text())
    for key, value in changes.items():
        (record["test"] if key in record["test"] else record)[key] = value
    path.write_text(json.dumps(record))
    return write_report(folder).read_text(encoding="utf-8")


def test_the_page_fetches_nothing(text: str) -> None:
    page = Page(text)
    for tag, attributes in page.tags:
        assert tag not in {"link", "iframe", "object", "embed", "base"}
        for name in LOADING & attributes.keys():
            assert (attributes[name] or "").startswith(("#", "data:image/png;base64,")), (tag, name)
    policy = [attributes for tag, attributes in page.tags if attributes.get("http-equiv")]
    assert [(attributes["content"] or "").startswith("default-src 'none'") for attributes in policy] == [True]
    assert "url(" not in text[: text.index("</style>")]
    assert "@import" not in text[: text.index("</style>")]


def test_the_page_is_charted_once_per_figure_and_plotly_stands_once(text: str) -> None:
    page = Page(text)
    libraries = [script for script in page.scripts if script.startswith("H4sI")]
    assert [gzip.decompress(base64.b64decode(one))[:17] for one in libraries] == [b"/**\n* plotly.js ("]
    charts = [json.loads(script) for script in page.scripts if script.startswith('{"data"')]
    assert len(charts) == len(FIGURES) - 1 + PANELS
    assert all(chart["data"] for chart in charts)
    shown = [attributes["id"] or "" for tag, attributes in page.tags if tag == "figure"]
    assert shown == list(FIGURES)


def test_plotly_is_not_older_than_what_makes_the_figures(text: str) -> None:
    made = re.search(r"v(\d+)", files("tunewright.report").joinpath(PLOTLY).read_text(encoding="utf-8"))
    assert made is not None
    assert int(made[1]) >= int(get_plotlyjs_version().partition(".")[0])


def test_the_page_is_small(text: str) -> None:
    assert len(text.encode()) < 2_000_000


def test_every_figure_has_a_title_a_caption_and_a_png(folder: Path, text: str) -> None:
    assert sorted(path.stem for path in (folder / "figures").iterdir()) == sorted(FIGURES)
    for name, title in FIGURES.items():
        image = (folder / "figures" / f"{name}.png").read_bytes()
        assert image.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", image[16:24])
        assert width == 1080
        assert height > 300
        assert len(image) > 15_000
        assert f"<h3>{title}</h3>" in text
        assert len(text.partition(f'<figure id="{name}">')[2].partition("<figcaption>")[2].split("<")[0]) > 20


def test_the_page_says_what_was_found(text: str) -> None:
    for said in (
        '<section class="verdict no_skill"',
        "No skill found: over 1,006 sealed days",
        "p = 0.610",
        "&#9733;",
        "builtin:sp500",
        "Of 1,004 days",
        "cd" * 32,
        "ab" * 32,
        "2 min 11 s",
        "1 time<",
    ):
        assert said in text
    assert ">tunewright tune experiment.toml --out again</code>" in text
    assert 'class="note"' not in text
    assert "$" not in text[text.index("<body>") : text.index('<section id="folds">')]


def test_the_intervals_have_a_section_with_every_test(text: str) -> None:
    part = text[text.index('<section id="intervals">') :].partition("</section>")[0]
    assert "<h2>How sure is one forecast?</h2>" in part
    assert "<p>Of 1,006 sealed days the 90 % intervals of constant width held 91.0 %" in part
    shown = re.sub('<details class="behind">.*?</details>', "", part, flags=re.DOTALL)
    held, tests = (one.partition("</table>")[0] for one in shown.split("<table")[1:])
    assert held.count("<td>80 %</td><td>91.00 %</td><td>95.00 %</td><td>-</td><td>80.00 %</td><td>5.00 %</td>") == 3
    assert tests.count("<td>90 %</td><td>p = 0.690</td><td>-</td>" + "<td>p = 0.690</td>" * 3) == 3
    assert "Made of the 500 errors of the winner in validation" in part
    assert "Scaled by volatility: in units of" in part


@pytest.mark.usefixtures("unseen_here")
def test_a_run_without_intervals_has_no_section_of_them(tmp_path: Path) -> None:
    text = edited(tmp_path, intervals=None)
    assert 'id="intervals"' not in text
    assert 'id="forecast_intervals"' not in text


def test_the_data_card_is_whole(text: str) -> None:
    card = text[text.index('<section id="data">') :]
    for name, said in (
        ("Ticker", "GSPC"),
        ("Adjusted for splits and dividends", "yes"),
        ("Splits", "<ul><li>2-for-1 on 2000-06-21 (adjusted for)</li></ul>"),
        ("Reading", "<ul><li>dates read as day/month/year</li></ul>"),
        ("Gaps", "823 weekdays without a row; 154 of five weekdays or more; the longest:<ul><li>"),
        ("Rows without volume", "0"),
    ):
        assert f"<dt>{name}</dt><dd>{said}" in card


@pytest.mark.usefixtures("unseen_here")
def test_a_card_that_says_less_is_shown_without_what_it_does_not_say(tmp_path: Path) -> None:
    path = write_run(tmp_path, rows=200, test=20, trials=4) / "results.json"
    record = json.loads(path.read_text())
    card = record["data"]["card"]
    for key in ("ticker", "adjusted", "splits", "reading", "missing_weekdays"):
        del card[key]
    card |= {"columns": ["date", "close"], "gaps": [], "gap_count": 0}
    path.write_text(json.dumps(record))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "<dt>Gaps</dt><dd>none</dd>" in text
    absent = ("Ticker", "Adjusted for splits and dividends", "Splits", "Reading", "Rows without volume")
    assert not any(f"<dt>{name}</dt>" in text for name in absent)


@pytest.mark.usefixtures("unseen_here")
def test_a_leak_and_a_second_opening_are_noted(tmp_path: Path) -> None:
    text = edited(tmp_path, openings=3, leak_warning="Skill of 12 %: look for a leak.", conclusion="skill")
    assert text.count('class="note"') == 2
    assert "opened 3 times" in text
    assert "Skill of 12 %: look for a leak." in text
    assert '<section class="verdict no_skill"' in text, "no praise for what may be a leak"


def test_the_users_text_is_never_markup(tmp_path: Path) -> None:
    path = write_run(tmp_path, rows=200, test=20, trials=12) / "results.json"
    record = json.loads(path.read_text())
    record["name"] = record["study"]["metric"] = record["study"]["metric_text"] = EVIL + " $name $x^2$"
    record["data"]["sources"], record["data"]["card"]["columns"] = ["own", EVIL], [EVIL]
    for key in ("warnings", "repairs", "reading"):
        record["data"]["card"][key] = [EVIL]
    record["data"]["card"]["ticker"] = record["data"]["card"]["adjusted"] = EVIL
    record["data"]["card"]["splits"] = [{"date": "2000-06-21", "ratio": EVIL, "adjusted": False}]
    record["test"]["verdict"] = record["test"]["leak_warning"] = record["provenance"]["command"] = EVIL
    for trial in record["study"]["trials"]:
        trial["params"] = {EVIL: EVIL, "$x^2$": 1.0}
        trial["reason"] = EVIL
    record["study"]["best"]["params"] = {EVIL: EVIL}
    record["study"]["space"] = {
        EVIL: {"type": "choice", "choices": [EVIL]},
        "$x^2$": record["study"]["space"]["dropout"],
    }
    record["study"]["importance"] = {"fanova": {EVIL: 0.6, "$x^2$": 0.4}}
    for key in ("ended", "sampler", "sampler_reason", "pruner", "fingerprint"):
        record["study"][key] = EVIL
    path.write_text(json.dumps(record))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert {script[:8] for script in page.scripts} == {'{"data":', "H4sIAAAA", "\n// A fi"}
    assert not any(script.startswith("alert") for script in page.scripts)
    assert all((attributes["src"] or "").startswith("data:") for tag, attributes in page.tags if tag == "img")


def test_undefined_numbers_are_said_to_be_so(tmp_path: Path) -> None:
    nothing = {"statistic": None, "p": None}
    text = edited(tmp_path, skill_vs_last_value=None, clark_west=nothing, smallest_detectable_skill=None)
    assert "Not defined" in text


def test_a_study_without_folds_or_trials_still_has_a_page(tmp_path: Path) -> None:
    path = write_run(tmp_path, rows=200, test=20, trials=3) / "results.json"
    record = json.loads(path.read_text())
    record["folds"] = record["study"]["trials"] = record["study"]["best"]["folds"] = []
    path.write_text(json.dumps(record))
    assert write_report(tmp_path).stat().st_size > 600_000


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    write_run(tmp_path, rows=200, test=20, trials=3)
    first = write_report(tmp_path).read_bytes()
    assert write_report(tmp_path).read_bytes() == first


@pytest.mark.usefixtures("unseen_here")
def test_an_unwritable_folder_is_one_clear_line(tmp_path: Path) -> None:
    write_run(tmp_path, rows=200, test=20, trials=3)
    (tmp_path / "figures").write_text("a file where the folder should be")
    with pytest.raises(RunFolderError, match="figures cannot be written: File exists"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def clause(*, holds: bool) -> dict[str, Any]:
    return {"name": "rival", "weight": "rival", "asks": "?", "holds": holds, "p": 0.001, "told": "!", "doubt": "?"}


@pytest.mark.parametrize(
    ("conclusion", "holds", "model", "stars"),
    [("skill", True, 1.0, 2), ("skill", True, 1e9, 0), ("skill", False, 1.0, 0), ("no_skill", True, 1.0, 0),
     ("hint", True, 1.0, 0), ("worse", True, 1.0, 0)],
)  # fmt: skip
def test_a_star_stands_where_the_verdict_says_so(
    folder: Path, conclusion: str, *, holds: bool, model: float, stars: int
) -> None:
    record = json.loads((folder / "results.json").read_text())
    record["test"] |= {"conclusion": conclusion, "clauses": [clause(holds=holds)]}
    record["test"]["metrics"]["model"] |= {"mse": model, "rmse": model, "mae": 1e-6}
    outcome = checked(folder, record, Forecast).test
    assert comparison_table(outcome, PRICE).count("&#9733;") == stars
    hint = comparison_hint(outcome, PRICE)
    assert ("by more than chance explains" in hint) == bool(stars)
    assert ("No forecast is marked as the best" in hint) == (not stars)
    assert "The last price itself has a MASE of" in hint
