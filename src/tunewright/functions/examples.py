"""Functions of the recipes."""

from tunewright.core.space import Params


def quadratic(params: Params) -> float:
    """x^2 + y^2, whose minimum is 0 at (0, 0)."""
    return float(params["x"]) ** 2 + float(params["y"]) ** 2
