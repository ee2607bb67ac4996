"""docs/experiment-file.md says of every setting what is true: that it exists, its default, its range, its use."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from docs_reading import ROOT, table_rows
from tunewright.experiment.sections import ParameterSettings
from tunewright.experiment.settings import TUNABLE, Experiment

SECTIONS = {name: field.annotation for name, field in Experiment.model_fields.items()}


def _settings() -> Iterator[tuple[str, str, Any]]:
    """Section, key and field of everything that an experiment file may say."""
    for name, kind in SECTIONS.items():
        fields = getattr(kind, "model_fields", None)
        if name == "space":
            yield from (("space", key, field) for key, field in ParameterSettings.model_fields.items())
        elif fields is None:
            yield "", name, Experiment.model_fields[name]
        else:
            yield from ((name, field.alias or key, field) for key, field in fields.items())


SETTINGS = list(_settings())


def _documented_settings() -> dict[tuple[str, str], list[str]]:
    text = (ROOT / "docs/experiment-file.md").read_text("utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    sections = zip(parts[::2], parts[1::2], strict=True)
    return {
        ("" if title == "Top level" else title.strip("[]"), cells[0].strip("`")): cells[1:]
        for title, body in sections
        for cells in table_rows(body)
    }


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(_documented_settings()) == {(section, key) for section, key, _ in SETTINGS}


@pytest.mark.parametrize(("section", "key", "field"), SETTINGS, ids=[f"{s}.{k}" for s, k, _ in SETTINGS])
def test_a_setting_is_documented_truly(section: str, key: str, field: Any) -> None:
    default, may_be, *more = _documented_settings()[section, key]
    if (section, key) != ("", "name"):  # the file's own name
        said = None if default == "none" else tomllib.loads(f"value = {default.strip('`')}")["value"]
        assert said == field.default
    if section != "space":
        assert more[0] == ("yes" if TUNABLE.get(key) == section else "no")
    model = ParameterSettings if section == "space" else SECTIONS.get(section, Experiment)
    for limit in _limits(model.model_json_schema()["properties"][key]):  # type: ignore[union-attr]
        assert re.search(rf"(?<![\w.]){re.escape(str(limit))}(?![\w])", may_be), f"{limit} is missing in: {may_be}"


def _limits(schema: Mapping[str, Any]) -> Iterator[object]:
    """The bounds and the words that a schema admits."""
    for name, value in schema.items():
        if name in ("minimum", "maximum", "exclusiveMinimum", "const"):
            yield value if isinstance(value, str) else round(value)
        elif name == "exclusiveMaximum":
            yield value - 1 if value == 2**63 else value
        elif name == "enum":
            yield from value
        elif name in ("anyOf", "items"):
            for part in [value] if isinstance(value, dict) else value:
                yield from _limits(part)
