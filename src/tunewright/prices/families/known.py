"""The families of models of prices, one line each; installed packages may add more under the same entry points."""

from collections.abc import Mapping
from typing import Any

from tunewright.core.errors import BundleError
from tunewright.experiment.model import Families, Spec
from tunewright.prices.families import lstm, ridge
from tunewright.prices.families.family import Family

FAMILIES: Families[Family[Any]] = Families("tunewright.price_families", (lstm.FAMILY, ridge.FAMILY))


def read_spec(values: Mapping[str, Any]) -> Spec:
    """The spec that `as_dict` wrote. Raises BundleError for a family that this version does not know."""
    family = FAMILIES.find(str(values.get("family")))
    if family is None:
        known = " and ".join(FAMILIES.names())
        raise BundleError(f"unknown model family {values.get('family')!r}; this version knows {known}")
    spec: Spec = family.read_spec(values)
    return spec
