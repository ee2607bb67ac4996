"""Colours and names that every figure and the page share, so that one series looks the same everywhere.

Colours: Okabe & Ito (2008), told apart by colour-blind readers, with a lighter blue that shows on a dark page
too; gray for what is given.
"""

NAMES = {
    "actual": "Actual",
    "model": "Tuned model",
    "last_value": "Last value repeated",
    "drift": "Drift",
    "ridge": "Ridge regression",
    "train": "Training",
    "validation": "Validation",
    "test": "Sealed test",
}
COLOURS = {
    "actual": "#7a7f87",
    "model": "#1a7fc4",
    "last_value": "#e69f00",
    "drift": "#009e73",
    "ridge": "#cc79a7",
    "train": "#56b4e9",
    "validation": "#d55e00",
    "test": "#7a7f87",
}
TITLES = {
    "forecast_price": "Sealed test: forecast as price",
    "forecast_change": "Sealed test: forecast as change",
    "comparison": "Gain over repeating the last price",
    "series_folds": "Folds on the series",
    "history": "Optimisation history",
    "learning_curves": "Learning curves of the best trial",
}
CAPTIONS = {
    "forecast_price": (
        "Top: all sealed days. Bottom: the last days, enlarged. A line that hugs the price proves little: "
        "repeating yesterday's price hugs it too."
    ),
    "forecast_change": (
        "The same forecast as change from the last known close, which is where skill would show. Top: the "
        "last days. Bottom: every sealed day; a good forecast lies along the dashed line, one that only "
        "repeats the last price lies flat on zero."
    ),
    "comparison": (
        "First panel: skill, 1 - squared error / squared error of repeating the last price; right of zero "
        "is better, and within the gray band the test is too short to tell a true skill from luck. "
        "Second panel: share of days with the direction right; the dashed line is always saying the "
        "direction that was the more frequent before the sealed test."
    ),
    "series_folds": ("Each fold trains on rows before its validation rows. The hatched sealed test took no part."),
    "history": (
        "One point per trial; the line is the best score so far. Gray marks at the foot are trials that "
        "ended without a score."
    ),
    "learning_curves": (
        "One panel per fold, each with its own scale. The diamond marks the best epoch, whose weights were scored."
    ),
}
