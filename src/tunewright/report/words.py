"""Numbers in plain words."""

from tunewright.report.values import Number


def number(value: Number, *, digits: int = 4) -> str:
    """`digits` significant digits, thousands parted by commas; a dash where undefined."""
    if value is None:
        return "-"
    if value == 0 or 1e-4 <= abs(value) < 10 ** max(digits, 6):
        whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
        return minus(f"{value:,.{max(0, digits - whole)}f}" if whole else f"{value:.{digits}g}")
    return minus(f"{value:.{digits - 1}e}")


def share(value: Number) -> str:
    return "-" if value is None else minus(f"{100 * value:.2f} %")


def minus(said: str) -> str:
    """A formatted number with the sign that is as wide as a plus; a lone hyphen stands for nothing."""
    return f"\N{MINUS SIGN}{said[1:]}" if said.startswith("-") else said


def logged(axis: str, *, log: bool) -> str:
    """The title of an axis, which says so where it is logarithmic."""
    return f"{axis}, log scale" if log else axis


def probability(value: Number) -> str:
    if value is None:
        return "undefined"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
