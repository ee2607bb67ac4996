"""The families of models of prices, one line each; installed packages may add more under the same entry points."""

from collections.abc import Mapping
from typing import Any

from tunewright.experiment.by_user import Factory
from tunewright.experiment.families import Families, Spec
from tunewright.experiment.pretrained import PretrainedSettings
from tunewright.prices.families import custom, dlinear, gru, keras, lstm, mlp, nlinear, ridge, tcn, transformer
from tunewright.prices.families.family import Family

FAMILIES: Families[Family[Any]] = Families(
    "tunewright.price_families",
    (
        lstm.FAMILY,
        gru.FAMILY,
        tcn.FAMILY,
        transformer.FAMILY,
        mlp.FAMILY,
        dlinear.FAMILY,
        nlinear.FAMILY,
        ridge.FAMILY,
        custom.FAMILY,
        keras.FAMILY,
    ),
    PretrainedSettings,
    fixed=frozenset({"weights"}),
)


def read_spec(values: Mapping[str, Any], factory: Factory | None = None) -> Spec:
    """The spec that `as_dict` wrote. factory: of the user's own network. Raises BundleError for a family that this
    version does not know, and where the function is missing."""
    spec: Spec = FAMILIES.of_spec(values).read_spec(values, factory)
    return spec
