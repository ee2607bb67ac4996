"""Shares, p-values and lists in words."""

from collections.abc import Sequence

from tunewright.statistics.levels import HINT, LEVEL

TOO_FEW = "Too few days that do not overlap for a test."


def percent(share: float) -> str:
    """A share of at least 0 as text, to about two digits: 0.0043 is '0.43 %', 0.12 is '12 %'."""
    if 0 < share < 0.00005:
        return "less than 0.01 %"
    hundredths = 100 * share
    return f"{hundredths:.{0 if hundredths >= 9.95 else 1 if hundredths >= 0.995 else 2}f} %"


def p_value(p: float) -> str:
    """A p-value as text: 'p = 0.61', 'p = 0.004', 'p < 0.001'."""
    if p < 0.001:
        return "p < 0.001"
    text = f"{p:.2g}"
    for level in (LEVEL, HINT):
        if float(text) == level != p:  # rounding must not hide the side of the level on which p lies
            return f"p {'<' if p < level else '>'} {level}"
    return f"p = {text}"


def against(skill: float) -> str:
    """An error beside another: `1.2 % below`, `2.5 times`, `equal to`. skill: 1 - error / the other error."""
    if skill == 0:
        return "equal to"
    if skill <= -1:
        return f"{1 - skill:.1f} times"
    return f"{percent(abs(skill))} {'below' if skill > 0 else 'above'}"


def signed(share: float) -> str:
    """A share with its sign, to two digits after the point: -0.0043 is '−0.43 %'."""
    return f"{100 * share:+.2f} %".replace("-", "\N{MINUS SIGN}")


def in_a_row(parts: Sequence[str]) -> str:
    """One part at least: 'a', 'a and b', 'a, b and c'."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
