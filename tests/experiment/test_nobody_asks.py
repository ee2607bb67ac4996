"""Outside the wings nobody asks what an experiment, a run, a result or a bundle is: its kind is called."""

import ast
from pathlib import Path

import pytest

import tunewright

SOURCE = Path(tunewright.__file__).parent
WINGS = ("prices", "images", "functions")
KIND_NAMES = {
    "prices",
    "images",
    "function",
    "feature-study",
    "leakage-ladder",
    "lstm",
    "ridge",
    "cnn",
    "feedforward",
} | {"custom"}
OUTSIDE = sorted(path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in WINGS)


def classes(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ClassDef)}


ASKED_OF = {
    name
    for place in (*WINGS, "runs", "bundle", "report")
    for path in (SOURCE / place).rglob("*.py")
    for name in classes(path)
}
"""What belongs to a kind, and all that runs, bundles and pages are made of."""


def asked(tree: ast.AST) -> list[str]:
    """Names of these that `isinstance` and `case` patterns ask for."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            found += [one.id for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)]
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name):
            found.append(node.cls.id)
    return [name for name in found if name in ASKED_OF]


def compared(tree: ast.AST) -> list[str]:
    """Names of kinds and families that something is compared with."""
    sides = [
        side for node in ast.walk(tree) if isinstance(node, ast.Compare) for side in (node.left, *node.comparators)
    ]
    sides += [node.value for node in ast.walk(tree) if isinstance(node, ast.MatchValue)]
    told = [one for side in sides for one in ast.walk(side) if isinstance(one, ast.Constant)]
    return [str(one.value) for one in told if isinstance(one.value, str) and one.value in KIND_NAMES]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_floor_asks_what_kind_it_has(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert asked(tree) == []
    assert compared(tree) == []


def test_the_check_finds_both_ways_of_asking() -> None:
    tree = ast.parse("if isinstance(run, ImageExperiment | Run | str) or kind in ('images', 'other'): pass")
    assert asked(tree) == ["ImageExperiment", "Run"]
    assert compared(tree) == ["images"]
