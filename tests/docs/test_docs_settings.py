"""docs/experiment-file.md says of every setting what is true: that it exists, its default, its range, its use."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pytest
from pydantic import create_model

from docs_reading import ROOT, table_rows
from tunewright.experiment.sections import ParameterSettings, Section
from tunewright.images.experiment import settings as images
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.families.known import FAMILIES as IMAGE_FAMILIES
from tunewright.prices.experiment import settings as prices
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.families.known import FAMILIES as PRICE_FAMILIES

Place = tuple[str, str]
"""Section and key; the section is "" for keys of the top level."""


def _models(kind: type[Section], families: Any) -> Iterator[tuple[str, str, type[Section], Any]]:
    """Section, key, the model that the key is of and its field, of everything that an experiment file may say."""
    first = families.built_in[0].name
    names: Any = Literal[tuple(one.name for one in families.built_in)]
    named = create_model("Named", family=(names, first))
    for of in (named, families.shared, *(family.settings for family in families.built_in)):
        yield from (("model", key, of, field) for key, field in of.model_fields.items())
    for name, field in kind.model_fields.items():
        if name == "model":
            continue
        section: Any = ParameterSettings if name == "space" else field.annotation
        if hasattr(section, "model_fields"):
            yield from ((name, one.alias or key, section, one) for key, one in section.model_fields.items())
        else:
            yield "", name, kind, field


def _documented(text: str, title: str) -> dict[Place, list[str]]:
    """Cells by section and key. title: a pattern for headings, whose one group is the section's name."""
    parts = re.split(title, text, flags=re.MULTILINE)[1:]
    return {
        ("" if name.startswith("Top level") else name.strip("[]"), cells[0].strip("`")): cells[1:]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
        for cells in table_rows(body)
    }


PRICES_TEXT, _, IMAGES_TEXT = (
    (ROOT / "docs/experiment-file.md").read_text("utf-8").partition("## Experiments on images\n")
)
PRICES = {(section, key): (model, field) for section, key, model, field in _models(Experiment, PRICE_FAMILIES)}
IMAGES = {(section, key): (model, field) for section, key, model, field in _models(ImageExperiment, IMAGE_FAMILIES)}
ALL_PRICES = {"space": {"family": [one.name for one in PRICE_FAMILIES.built_in if not one.by_user]}}
ALL_IMAGES = {"kind": "images", "space": {"family": ["cnn", "feedforward", "torchvision", "custom"]}}
TUNABLE = prices.TUNING.keys(Experiment.model_validate(ALL_PRICES))
IMAGE_TUNABLE = images.TUNING.keys(ImageExperiment.model_validate(ALL_IMAGES))
OF_PRICES = _documented(PRICES_TEXT, r"^## (.+)$")
OF_IMAGES = _documented(IMAGES_TEXT, r"^### (Top level|\[\w+\]),? of images$")
SHARED = {"pruner", "stop", "resources", "scale", "space", "transfer"}
CASES = [
    *(("prices", *place) for place in PRICES),
    *(("images", *place) for place in OF_IMAGES),
]


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(OF_PRICES) == set(PRICES)


def test_settings_of_images_are_documented_where_they_differ() -> None:
    assert set(OF_IMAGES) <= set(IMAGES)
    for place in set(IMAGES) - set(OF_IMAGES):
        assert place in PRICES, f"{place} is not documented"
        assert _said(*IMAGES[place], place[1]) == _said(*PRICES[place], place[1]), f"{place} differs"
    sections = {section for section, _ in IMAGES if section}
    assert {section for section, _ in OF_IMAGES if section} == sections - SHARED


@pytest.mark.parametrize(("kind", "section", "key"), CASES, ids=[f"{kind}-{s}.{k}" for kind, s, k in CASES])
def test_a_setting_is_documented_truly(kind: str, section: str, key: str) -> None:
    documented, settings = (OF_PRICES, PRICES) if kind == "prices" else (OF_IMAGES, IMAGES)
    tunable = TUNABLE if kind == "prices" else IMAGE_TUNABLE
    default, may_be, *more = documented[section, key]
    model, field = settings[section, key]
    if field.is_required():
        assert default == "none"
    elif (section, key) != ("", "name"):  # the file's own name
        said = None if default == "none" else tomllib.loads(f"value = {default.strip('`')}")["value"]
        assert said == field.get_default(call_default_factory=True)
    if section != "space":
        assert more[0] == ("yes" if tunable.get(key) == section else "no")
    for limit in _limits(model.model_json_schema()["properties"][key]):
        assert re.search(rf"(?<![\w.]){re.escape(str(limit))}(?![\w])", may_be), f"{limit} is missing in: {may_be}"


def _said(model: type[Section], field: Any, key: str) -> object:
    return field.is_required(), field.default, model.model_json_schema()["properties"][key]


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
