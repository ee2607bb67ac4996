"""What the documentation says, taken out of its Markdown for tests."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
    "any": (str, int, float, bool),
}
"""The words of the tables' type column."""

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def blocks(*languages: str) -> list[tuple[str, str]]:
    """(page and number, text) of every fenced block in one of the languages."""
    found = [
        (f"{page.relative_to(ROOT)}-{number}", language, text)
        for page in PAGES
        for number, (language, text) in enumerate(_FENCE.findall(page.read_text("utf-8")))
    ]
    return [(where, text) for where, language, text in found if language in languages]


def programs() -> list[tuple[str, str]]:
    """(page and number, text) of what runs by itself: a Python block, or all those of a tutorial, one after another."""
    found: dict[str, list[str]] = {}
    for where, text in blocks("python"):
        found.setdefault(where.rpartition("-")[0] if where.startswith("docs/tutorials") else where, []).append(text)
    return [(where, "\n".join(texts)) for where, texts in found.items()]


def links(page: Path) -> list[str]:
    """Targets of the links that stay inside the project."""
    return [target for target in _LINK.findall(page.read_text("utf-8")) if "://" not in target]


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def table_rows(text: str) -> list[list[str]]:
    """Cells of every row of every table whose first cell is code."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]


def part(name: str, title: str) -> tuple[str, str]:
    """A page in docs/ without the part under this heading of the second level, and that part."""
    before, heading, rest = (ROOT / "docs" / name).read_text("utf-8").partition(f"## {title}\n")
    assert heading, f"{name} has no part {title!r}"
    own, following, after = rest.partition("\n## ")
    return before + following + after, own


def documented_keys(text: str) -> dict[str, str]:
    """Dotted keys of a text, each with the type that it gives it."""
    return {cells[0].strip("`"): cells[1] for cells in table_rows(text) if set(cells[1].split(" or ")) <= KINDS.keys()}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted key with its value; a list of objects is entered, any other list is a value."""
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for item in value:
            yield from leaves(item, f"{path}[]")
    else:
        yield path, value


def pattern(key: str) -> re.Pattern[str]:
    """What a documented key matches: `<name>` stands for one name."""
    parts = ["[^.]+" if part.startswith("<") else re.escape(part) for part in key.split(".")]
    return re.compile(r"\.".join(parts))
