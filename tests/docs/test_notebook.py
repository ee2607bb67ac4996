"""The notebook runs from top to bottom, says what is true, and keeps the outputs that it has today."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from notebook_running import NOTEBOOK, executed, text_of

ANY = "(Skill found|A hint of skill|No skill|Worse than)"
VERDICTS = {
    "images": rf"^<Result of digits-cnn in runs/images: {ANY}.* sealed images",
    "prices": rf"^<Result of prices-lstm in runs/prices: {ANY}.* sealed days",
    "study": r"^<Result of feature-study in runs/features: .*'base'",
}
FIGURES = 9
OF_A_MACHINE = re.compile(r"(?<![\w/.])/(home|root|tmp|var|work|Users|opt|usr)/|0x[0-9a-f]{6,}|\b[0-9.]+ s\b")


def codes(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def said(notebook: Any) -> list[list[str]]:
    return [[text_of(output) for output in cell["outputs"]] for cell in codes(notebook)]


def kinds(notebook: Any) -> list[list[tuple[str, ...]]]:
    return [
        [(output["output_type"], *sorted(output.get("data", ()))) for output in cell["outputs"]]
        for cell in codes(notebook)
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_runs_from_top_to_bottom_to_the_outputs_that_it_keeps(tmp_path: Path) -> None:
    made, kept = executed(tmp_path), nbformat.read(NOTEBOOK, as_version=4)
    assert not [text for cell in codes(made) for text in cell["outputs"] if text.get("name") == "stderr"]
    ends = {cell["source"]: cell["outputs"][-1]["data"] for cell in codes(made) if cell["source"] in VERDICTS}
    assert ends.keys() == VERDICTS.keys(), "each part ends with what its run shows"
    for name, end in ends.items():
        assert re.search(VERDICTS[name], end["text/plain"]), name
        assert end["text/plain"].partition(": ")[2].rstrip(">")[:40] in unescape(end["text/html"])
    assert "the same winner: True" in said(made)[3][-1], "what the text says of pruning"
    assert kinds(made) == kinds(kept), "the outputs are of an earlier version: make notebook"
    if made["metadata"]["made_with"] == kept["metadata"]["made_with"]:  # elsewhere other bits, other numbers
        assert said(made) == said(kept), "the outputs are of an earlier version: make notebook"


def test_what_is_kept_is_small_and_of_no_machine() -> None:
    kept = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(kept)
    assert NOTEBOOK.stat().st_size < 600_000
    assert [cell["execution_count"] for cell in codes(kept)] == list(range(1, len(codes(kept)) + 1))
    assert sum(kind.count("image/png") for cell in kinds(kept) for kind in cell) == FIGURES
    for text in (text for cell in said(kept) for text in cell):
        assert not OF_A_MACHINE.search(text), text
    assert not [cell for cell in kept["cells"] if cell["metadata"]], "no times, no traces of an editor"


def test_links_lead_somewhere() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4)["cells"]
    goals = [goal for cell in cells for goal in re.findall(r"\]\((?!http)([^)#]+)", cell["source"])]
    assert goals
    assert all((NOTEBOOK.parent / goal).exists() for goal in goals)
