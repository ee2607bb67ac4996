"""The families of models of prices, one line each; installed packages may add more under the same entry points."""

from collections.abc import Mapping
from typing import Any

from tunewright.experiment.families import Families, Spec
from tunewright.prices.families import lstm, ridge
from tunewright.prices.families.family import Family

FAMILIES: Families[Family[Any]] = Families("tunewright.price_families", (lstm.FAMILY, ridge.FAMILY))


def read_spec(values: Mapping[str, Any]) -> Spec:
    """The spec that `as_dict` wrote. Raises BundleError for a family that this version does not know."""
    spec: Spec = FAMILIES.of_spec(values).read_spec(values)
    return spec
