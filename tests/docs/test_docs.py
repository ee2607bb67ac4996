"""The documentation is true: its examples run, its commands exist, its keys are those of a real run."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import typer

from docs_reading import (
    KINDS,
    PAGES,
    ROOT,
    anchors,
    blocks,
    documented_keys,
    leaves,
    links,
    part,
    pattern,
    programs,
    table_rows,
)
from tunewright.cli.main import app
from tunewright.entrance import begin, load_experiment
from tunewright.experiment.shipped import recipe_names
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.prices.comparison.settings import Comparison
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.judging.wording import PLAUSIBLE_SKILL
from tunewright.runs.folder import RunFolder
from tunewright.runs.life import conduct
from tunewright.statistics.forecasts import smallest_detectable_skill
from tunewright.statistics.levels import HINT, LEVEL

pytestmark = pytest.mark.usefixtures("unseen_stills")

COMMANDS_PAGE = (ROOT / "docs/commands.md").read_text("utf-8")
COMMAND_NAMES = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
TOML = blocks("toml")
PYTHON = blocks("python")
PROGRAMS = programs()
COMMANDS = [
    (where, line.removeprefix("$ ").partition(" #")[0].strip())
    for where, text in blocks("console", "sh")
    for line in text.splitlines()
    if line.removeprefix("$ ").startswith("tunewright")
]
INLINE = [
    (str(page.relative_to(ROOT)), command)
    for page in PAGES
    for command in re.findall(r"`(tunewright [^`]+)`", page.read_text("utf-8"))
    if "COMMAND" not in command
]
TINY = {
    "search.trials": 2,
    "training.epochs": 1,
    "preparation.folds": 1,
    "final.seeds": 2,
    "space.units": [4, 8],
    "space.time_step": [5],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The README's experiment, made small, on a made-up file with a gap of two weeks."""
    folder = tmp_path_factory.mktemp("docs")
    prices, experiment = folder / "prices.csv", folder / "nasdaq.toml"
    experiment.write_text(next(text for where, text in TOML if where.startswith("README")))
    table = random_walk(400, seed=1)
    kept = np.r_[0:100, 110:400]
    rows = [f"{table.dates[row]},{table.close[row]}" for row in kept]
    prices.write_text("\n".join(["Date,Close", *rows]))
    run = begin(load_experiment(str(experiment), {**TINY, "data.source": str(prices)}), out=folder / "run")
    conduct(run)
    return run.folder


@pytest.fixture(scope="module")
def image_run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The experiment on a network of the user's own, made small."""
    folder = tmp_path_factory.mktemp("images")
    path = folder / "experiment.toml"
    path.write_text(next(text for where, text in TOML if where.startswith("docs/images.md") and "net.py:" in text))
    write_modules(folder)
    small = {"search.trials": 2, "training.epochs": 1, "final.hold_out": True, "final.seeds": 2}
    experiment = load_experiment(str(path), small)
    assert isinstance(experiment, ImageExperiment)
    run = begin(experiment, out=folder / "run")
    conduct(run)
    return run.folder


def write_modules(folder: Path) -> None:
    """The Python blocks that begin with their file's name."""
    for _, text in PYTHON:
        if named := re.match(r"# (\w+\.py)\n", text):
            (folder / named[1]).write_text(text)


@pytest.mark.parametrize(("where", "text"), TOML, ids=[where for where, _ in TOML])
def test_every_experiment_loads(
    where: str, text: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if "[transfer]" in text:
        Path("runs").mkdir()
        for name in ("aapl", "msft-1"):
            Path("runs", name).symlink_to(request.getfixturevalue("run").path)
    path = tmp_path / "experiment.toml"
    path.write_text(text)
    write_modules(tmp_path)
    loaded = load_experiment(str(path))
    assert (loaded.base if isinstance(loaded, Comparison) else loaded).space


@pytest.mark.parametrize(("where", "text"), PROGRAMS, ids=[where for where, _ in PROGRAMS])
def test_every_python_block_runs(where: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(text, where, "exec"), {"__name__": "__main__"})
    assert "write_report" not in text or list(tmp_path.rglob("report.html"))


def test_there_is_something_to_test() -> None:
    assert len(TOML) >= 3
    assert PYTHON
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize(("where", "command"), COMMANDS, ids=[command for _, command in COMMANDS])
def test_every_command_parses(where: str, command: str) -> None:
    _parse(shlex.split(command.partition(" > ")[0])[1:])


@pytest.mark.parametrize(("where", "command"), INLINE)
def test_every_command_in_running_text_exists(where: str, command: str) -> None:
    name, *rest = shlex.split(command.partition(" > ")[0])[1:]
    # A command may be named without its arguments.
    assert name in COMMAND_NAMES, where
    if rest:
        _parse([name, *rest])


def test_the_page_of_commands_lists_every_one() -> None:
    listed = {
        cells[0].strip("`").split()[1] for cells in table_rows(COMMANDS_PAGE) if cells[0].startswith("`tunewright")
    }
    assert listed == COMMAND_NAMES


def test_recipes_named_in_the_docs_exist() -> None:
    for where, command in COMMANDS + INLINE:
        words = shlex.split(command)
        if words[1:2] == ["tune"] and words[2].islower() and not words[2].endswith((".toml", "...")):
            assert words[2] in recipe_names(), where


def _parse(arguments: list[str]) -> None:
    """As the program would, without doing anything. Raises click's UsageError."""
    command = typer.main.get_command(app)
    context = command.make_context("tunewright", list(arguments), resilient_parsing=not arguments)
    while hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, command, rest = command.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(name, rest, parent=context)


@pytest.mark.parametrize(("page", "file"), [("results.md", "results.json"), ("bundle.md", "bundle/bundle.json")])
def test_documented_keys_are_those_of_a_real_run(page: str, file: str, run: RunFolder) -> None:
    text = part(page, "Runs on images")[0] if page == "results.md" else (ROOT / "docs" / page).read_text("utf-8")
    documented = documented_keys(text)
    found = json.loads((run.path / file).read_text())
    _check_keys(found, documented)
    assert not _unseen(found, documented)


def test_documented_keys_of_images_are_those_of_a_real_run(image_run: RunFolder) -> None:
    common, own = (documented_keys(text) for text in part("results.md", "Runs on images"))
    shared = {key: kind for key, kind in common.items() if re.match(r"\w+$|study\.|timing\.|provenance\.", key)}
    found = json.loads((image_run.path / "results.json").read_text())
    _check_keys(found, {**shared, **own})
    assert not _unseen(found, own)


def test_documented_files_of_images_are_those_of_a_real_run(image_run: RunFolder) -> None:
    rows = [cells[0].strip("`") for cells in table_rows(part("results.md", "Runs on images")[1])]
    classes = [str(digit) for digit in range(10)]
    columns = rows[rows.index("index") : rows.index("<class>")]
    assert image_run.predictions.read_text().split("\n")[0].split(",") == [*columns, *classes]
    arrays = {re.sub(r"\d+$", "<stage>", name) for name in np.load(image_run.path / "views.npz").files}
    assert arrays == set(rows[rows.index("examples") :])


def _check_keys(found: object, documented: dict[str, str]) -> None:
    """Every key is documented, with its type; what is in a documented object is not looked at."""
    known = {pattern(key): kind for key, kind in documented.items()}
    opaque = [pattern(f"{key}.") for key, kind in documented.items() if kind.startswith("object")]
    for key, value in leaves(found):
        kinds = [kind for one, kind in known.items() if one.fullmatch(key)]
        if (isinstance(value, dict) and not kinds) or any(one.match(key) for one in opaque):
            continue
        assert kinds, f"{key} is not documented"
        assert any(isinstance(value, KINDS[kind]) for kind in kinds[0].split(" or ")), f"{key}: {kinds[0]}"


def _unseen(found: object, documented: dict[str, str]) -> list[str]:
    keys = dict(leaves(found))
    return [one for one in documented if not any(pattern(one).fullmatch(key) for key in keys)]


def test_documented_columns_are_those_of_predictions(run: RunFolder) -> None:
    text = (ROOT / "docs/results.md").read_text("utf-8").partition("## predictions.csv")[2]
    assert [cells[0].strip("`") for cells in table_rows(text)] == run.predictions.read_text().split("\n")[0].split(",")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(goal), f"{page.name}: {target}"


def test_the_levels_of_the_verdict_are_the_programs() -> None:
    concepts = (ROOT / "docs/concepts.md").read_text("utf-8")
    assert f"| skill > 0 and Clark-West p < {LEVEL}, and no clause doubts it |" in concepts
    assert f"Diebold-Mariano p < {HINT}, in favour of the model |" in concepts
    assert f"| SPA p < {HINT}, and the model itself is among those that are superior |" in concepts
    assert f"fluctuation test does not say so (p < {LEVEL})" in concepts
    assert f"skill < 0 with p < {LEVEL}, corrected after Holm" in concepts
    assert f"times all [looks](#looks-before), is below {LEVEL} |" in concepts
    assert f"Diebold-Mariano of the two, p < {LEVEL} |" in concepts
    assert f"skill < 0 and Diebold-Mariano p < {LEVEL} " in concepts
    assert f"Clark-West p from {LEVEL} to {HINT} is called a hint" in concepts
    assert f"It is {smallest_detectable_skill(1000):.1%} with 1,000 days".replace("%", " %") in concepts
    assert f"Skill above {PLAUSIBLE_SKILL:.0%} with a Clark-West p below {HINT}".replace("%", " %") in concepts


def test_decisions_are_numbered() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_page_of_the_package_has_no_link_that_only_a_checkout_can_follow() -> None:
    page = ROOT / "docs/package-page.md"
    assert links(page) == []
    assert f'readme = "{page.relative_to(ROOT)}"' in (ROOT / "pyproject.toml").read_text("utf-8")
