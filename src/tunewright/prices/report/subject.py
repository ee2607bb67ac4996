"""What was forecast, the price or the volatility, as the page and its figures speak of it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tunewright.prices.report.outcome import Outcome
from tunewright.prices.report.results import Forecast, Measured

PRICE_HINT = (
    "Low is good, but for the direction. MSE in price units squared, RMSE and MAE in price units; MASE: MAE divided by "
    "the error of repeating the last price on the rows before the test (Hyndman & Koehler 2006). Repeating the last "
    "price predicts no direction."
)
VOLATILITY_HINT = (
    "Low is good in all of them. RMSE and MAE in units of the volatility, MSE in their square; MASE: MAE divided by "
    "the error of repeating the last volatility on the rows before the test (Hyndman & Koehler 2006); QLIKE: "
    "actual / forecast - ln(actual / forecast) - 1 on average, by which a quiet day counts as much as a wild one. "
    "HAR regresses the volatility on its last value and its means over 5 and 22 days."
)
ERRORS = (("mse", "MSE"), ("rmse", "RMSE"), ("mae", "MAE"), ("mase", "MASE"))
AXES = {"log_range": "Volatility: ln(high / low)", "absolute_return": "Volatility: |log return|"}
STANDINGS = {
    "better": "Better than repeating the last volatility, and better than HAR",
    "even": "Better than repeating the last volatility, not shown to be better than HAR",
    "worse": "Better than repeating the last volatility, worse than HAR",
}

Stroke: TypeAlias = Literal["actual", "last_value", "model"]
"""What the figure of the sealed test draws."""


@dataclass(frozen=True)
class Subject:
    """value: in one word. axis: label of an axis. column: in predictions.csv. forecasts: all that were made, by name;
    drawn: those of the comparison figure. scores: keys and labels of the table. figure: name of the sealed test's.
    strokes: its lines and their widths in pixels, those below first."""

    value: str
    axis: str
    column: str
    forecasts: tuple[str, ...]
    drawn: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    hint: str
    figure: str
    strokes: tuple[tuple[Stroke, float], ...]

    def headline(self, outcome: Outcome) -> str:
        """The verdict in a few words; put together here for runs of earlier versions, which have none."""
        if outcome.headline is not None:
            return outcome.headline
        if outcome.conclusion == "skill" and outcome.standing_vs_har is not None:
            return STANDINGS[outcome.standing_vs_har]
        if outcome.conclusion == "hint":
            return f"A hint, not a proof, that it is better than repeating the last {self.value}"
        judged = {"skill": "Better", "no_skill": "Not shown to be better", "worse": "Worse"}[outcome.conclusion]
        naive = f"repeating the last {self.value}"
        if outcome.conclusion == "no_skill" and outcome.standing_vs_har is not None:
            naive = "what knows nothing of the day"
        return f"{judged} than {naive}"


PRICE = Subject(
    value="price",
    axis="Close (price)",
    column="close",
    forecasts=("model", "last_value", "drift", "ridge"),
    drawn=("model", "last_value", "drift", "ridge"),
    scores=(*ERRORS, ("directional_accuracy", "Direction right")),
    hint=PRICE_HINT,
    figure="forecast_price",
    strokes=(("actual", 3.0), ("last_value", 1.5), ("model", 1.5)),
)


def volatility(measured: Measured) -> Subject:
    """The mean of the earlier rows is in the table alone: its error dwarfs the others' in a figure.

    The last value jumps as the actual does, a day later: drawn above the actual it would hide it.
    """
    drawn = ("model", "last_value", "ewma", "har", "garch", "ridge")
    return Subject(
        value="volatility",
        axis=AXES[measured.measure] + (f", mean of {measured.horizon} days" if measured.horizon > 1 else ""),
        column="volatility",
        forecasts=(*drawn, "mean"),
        drawn=drawn,
        scores=(*ERRORS, ("qlike", "QLIKE")),
        hint=VOLATILITY_HINT,
        figure="forecast_volatility",
        strokes=(("last_value", 1.0), ("actual", 1.8), ("model", 1.8)),
    )


def subject_of(forecast: Forecast) -> Subject:
    """What this run forecast."""
    return PRICE if forecast.volatility is None else volatility(forecast.volatility)
