"""In a notebook: a bar while it runs, results as HTML, figures inline."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tunewright.core.errors import ConfigError
from tunewright.core.notebook import in_notebook
from tunewright.front.progress import shown
from tunewright.report.picture import Picture, show
from tunewright.runs.searching import SEARCHING, Stage

CELLS = [
    """
import pandas as pd
import tunewright as tw
days = pd.bdate_range("2019-01-01", periods=300)
prices = pd.DataFrame({"Close": [100 + (day % 7) + day / 50 for day in range(300)]}, index=days)
""",
    """
result = tw.tune(prices, space={"units": [4, 8]}, trials=2, workers=2,
                 settings={"training.epochs": 1, "preparation.folds": 1})
""",
    "result",
    "result.figures['forecast_price']",
    "tw.minimize(lambda params: params['x'] ** 2, {'x': (-1.0, 1.0)}, trials=8)",
]


@pytest.mark.slow
def test_a_session(tmp_path: Any) -> None:
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    _, tuned, told, figure, minimum = (cell["outputs"] for cell in notebook["cells"])
    bars = [output for output in tuned if "text/html" in output.get("data", {})]
    assert len(bars) == 1, "one bar, drawn anew"
    assert "width:100%" in bars[0]["data"]["text/html"]
    assert "2 trials (2 complete)" in told[0]["data"]["text/html"]
    assert told[0]["data"]["text/plain"].startswith("<Result of prices-lstm in runs/prices-lstm: ")
    assert figure[0]["data"].keys() >= {"image/png", "text/plain"}
    assert minimum[0]["data"]["text/plain"].startswith("<Minimum ")
    assert not [output for cell in notebook["cells"] for output in cell["outputs"] if output.get("name") == "stderr"]


class ZMQInteractiveShell:
    """What IPython calls the shell of a kernel."""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a notebook would show, drawing by drawing."""
    texts: list[str] = []

    def display(text: str, *, display_id: bool) -> Any:
        assert display_id
        texts.append(text)
        return SimpleNamespace(update=texts.append)

    kernel, page = ModuleType("IPython"), ModuleType("IPython.display")
    kernel.get_ipython = ZMQInteractiveShell  # type: ignore[attr-defined]
    page.HTML, page.display = str, display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "IPython.display", page)
    return texts


def test_a_bar_is_drawn_anew_where_something_changed(drawn: list[str]) -> None:
    assert in_notebook()
    with shown(4, progress=None) as watch:
        watch(Stage(SEARCHING, (), 4))
        watch(Stage(SEARCHING, (), 4))
        watch(Stage("opening the <sealed> test", (), 4))
    assert len(drawn) == 4
    assert "0/4 trials" in drawn[1]
    assert "opening the &lt;sealed&gt; test" in drawn[2]
    assert "finished" in drawn[3]


def test_a_bar_stays_where_an_error_ended_it(drawn: list[str]) -> None:
    def run() -> None:
        with shown(4, progress=None) as watch:
            watch(Stage("opening the sealed test", (), 4))
            raise ConfigError("it cannot be")

    with pytest.raises(ConfigError, match="it cannot be"):
        run()
    assert "opening the sealed test" in drawn[-1]


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch, drawn: list[str]) -> list[Any]:
    """What a notebook would display, one after another."""
    found: list[Any] = []
    page = ModuleType("IPython.display")
    page.display = lambda one, raw=False: found.append(one)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython.display", page)
    return found


PICTURES = {name: Picture(name, f"caption of <{name}>", name, b"", ()) for name in ("contour", "history")}


def test_figures_are_shown_above_their_captions(displayed: list[Any]) -> None:
    show(PICTURES, ["history"])
    assert displayed == [
        PICTURES["history"],
        {"text/plain": "caption of <history>", "text/html": "<p>caption of &lt;history&gt;</p>"},
    ]
    show(PICTURES, ())
    assert [one for one in displayed[2:] if isinstance(one, Picture)] == list(PICTURES.values())


def test_an_unknown_figure_is_named_before_anything_is_shown(displayed: list[Any]) -> None:
    with pytest.raises(ConfigError, match=r"there is no figure 'contuor' here; did you mean 'contour'\?"):
        show(PICTURES, ["history", "contuor"])
    assert not displayed


def test_outside_a_notebook_figures_are_saved() -> None:
    with pytest.raises(ConfigError, match="show needs a notebook; elsewhere use "):
        show(PICTURES, ["contour"])


def test_a_shell_made_from_that_of_kernels_is_one_of_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shell(ZMQInteractiveShell):
        pass

    kernel = ModuleType("IPython")
    kernel.get_ipython = Shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    assert in_notebook()


def test_nothing_is_shown_where_that_is_wanted(drawn: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with shown(4, progress=False) as watch:
        watch(Stage("opening the sealed test", (), 4))
    assert drawn == []
    assert capsys.readouterr().out == ""


def test_a_program_shows_lines_only_where_they_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert not in_notebook()
    for progress, lines in ((None, ""), (True, "opening the sealed test\n")):
        with shown(4, progress=progress) as watch:
            watch(Stage("opening the sealed test", (), 4))
        assert capsys.readouterr().out == lines
