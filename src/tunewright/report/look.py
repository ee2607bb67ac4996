"""Colours and names that every figure and the page share, so that one series looks the same everywhere.

Colours: Okabe & Ito (2008), told apart by colour-blind readers, with a lighter blue that shows on a dark page
too; gray for what is given.
"""

NAMES = {
    "actual": "Actual",
    "model": "Tuned model",
    "last_value": "Last value repeated",
    "drift": "Drift",
    "mean": "Mean of earlier rows",
    "ewma": "Moving average (EWMA)",
    "har": "HAR",
    "garch": "GARCH(1,1)",
    "ridge": "Ridge regression",
    "sign": "Sign of the forecast",
    "size": "Size of the forecast",
    "buy_and_hold": "Buy-and-hold",
    "train": "Training",
    "validation": "Validation",
    "test": "Sealed test",
}
COLOURS = {
    "actual": "#7a7f87",
    "model": "#1a7fc4",
    "last_value": "#e69f00",
    "drift": "#009e73",
    "mean": "#009e73",
    "ewma": "#009e73",
    "har": "#d55e00",
    "garch": "#56b4e9",
    "ridge": "#cc79a7",
    "sign": "#1a7fc4",
    "size": "#e69f00",
    "buy_and_hold": "#7a7f87",
    "train": "#56b4e9",
    "validation": "#d55e00",
    "test": "#7a7f87",
}
STATES = {"complete": "#1a7fc4", "pruned": "#d55e00", "infeasible": "#cc79a7", "failed": "#7a7f87"}
BEST = "#009e73"
GIVEN = "#7a7f87"
SCALE = ((0.0, "#1a7fc4"), (0.5, "#4fae78"), (1.0, "#e69f00"))
"""From good (or late) to bad (or early). Lightness rises all along, yet both ends show on white and on black."""
