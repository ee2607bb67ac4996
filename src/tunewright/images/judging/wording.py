"""Shares and differences of accuracies as text; rounding never says "all", "none" or "equal" where it is not so."""

MINUS = "−"
EXACT = 12  # decimals beyond which a share differs by the rounding of its arithmetic alone


def share(value: float) -> str:
    """A share from 0 to 1: 0.9123 is '91.2 %', 1.0 is '100 %', 0.99996 is '99.996 %'."""
    value = abs(round(value, EXACT))
    if value in (0.0, 1.0):
        return f"{100 * value:.0f} %"
    for decimals in range(1, 6):
        text = f"{100 * value:.{decimals}f}"
        if 0 < float(text) < 100:
            return f"{text} %"
    return f"{'more than 99.99999' if value > 0.5 else 'less than 0.00001'} %"


def signed(difference: float) -> str:
    """A difference of shares in points: 0.011 is '+1.1', -0.0004 is '−0.04', 0 is '0'."""
    text = points(difference)
    return text if text == "0" else f"{MINUS if difference < 0 else '+'}{text}"


def points(difference: float) -> str:
    """Its size in points, without the sign: -0.011 is '1.1'."""
    size = 100 * abs(round(difference, EXACT))
    decimals = next((count for count in range(1, 6) if float(f"{size:.{count}f}") > 0), 5)
    return f"{size:.{decimals}f}" if size else "0"


def interval(low: float, high: float) -> str:
    """Of a difference: '95 %: +0.6 to +1.6'."""
    return f"95 %: {signed(low)} to {signed(high)}"
