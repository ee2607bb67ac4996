"""What a run came to, read from its folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.front.given import Data
from tunewright.front.predicting import network_of, predict
from tunewright.front.telling import answer_of, as_html, short_of
from tunewright.report.picture import Picture, pictures_of, show

if TYPE_CHECKING:
    import pandas as pd
    from torch import nn

    from tunewright.report.page import Page


@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """A finished run: its verdict, its trials, its model and its report.

    path: the run folder. record: results.json as it stands there (docs/results.md). All else is read from the folder
    when it is asked for.
    """

    path: Path
    record: Mapping[str, Any] = field(hash=False)
    _page: "Page | None" = field(default=None, hash=False)

    @classmethod
    def of(cls, path: Path, page: "Page | None" = None) -> "Result":
        """The run in this folder. page: its report, where that was just made, as drawing it takes seconds. Raises
        RunFolderError where it is not finished."""
        from tunewright.report.reading import read_record
        from tunewright.runs.folder import existing_folder

        folder = existing_folder(path)
        if not folder.results.exists():
            raise RunFolderError(f"{path} is not finished; go on with tunewright.resume({str(path)!r})")
        return cls(path, read_record(folder.results), page)

    @property
    def name(self) -> str:
        return str(self.record["name"])

    @property
    def verdict(self) -> str:
        """What the sealed test shows, or what a comparison does, in a sentence or two. Raises ConfigError for a run
        without either."""
        answer = answer_of(self.record)
        if answer is None:
            raise ConfigError(f"{self.path}: a run of kind {self.record['kind']!r} has no sealed test, so no verdict")
        return answer

    @property
    def params(self) -> Mapping[str, Any]:
        """The best trial's configuration, by name."""
        return dict(self._study["best"]["params"])

    @property
    def score(self) -> float:
        """The best trial's validation score, lower is better. A winner's score flatters; the verdict is of the test."""
        return float(self._study["best"]["score"])

    @cached_property
    def trials(self) -> "pd.DataFrame":
        """A row for each trial, by its number: state, score, seconds, the reason of its end, and each parameter as
        `params_NAME` (missing where its condition does not hold)."""
        import pandas as pd

        told = ("state", "score", "cost", "seconds", "reason")
        rows = [
            {**{key: one[key] for key in told}, **{f"params_{name}": value for name, value in one["params"].items()}}
            for one in self._study["trials"]
        ]
        numbers = pd.Index([one["number"] for one in self._study["trials"]], name="number")
        return pd.DataFrame(rows, index=numbers).dropna(axis="columns", how="all")

    @cached_property
    def predictions(self) -> "pd.DataFrame":
        """The forecasts of the sealed test: a row for each day, by its date, or for each image. Raises ConfigError
        where the run has none."""
        import pandas as pd

        path = self.path / "predictions.csv"
        if not path.exists():
            raise ConfigError(f"{self.path}: a run of kind {self.record['kind']!r} has no predictions of a sealed test")
        frame = pd.read_csv(path)
        return frame.set_index(pd.DatetimeIndex(frame.pop("date"))) if "date" in frame else frame

    def predict(
        self, data: "Data | None" = None, *, last: int = 1, coverage: float = 0.9, others: Sequence[str] = ()
    ) -> "pd.DataFrame":
        """Predictions of the saved model, a row for each; arguments and errors as of `tunewright.predict`."""
        return predict(self.path, data, last=last, coverage=coverage, others=others)

    @cached_property
    def model(self) -> "nn.Module":
        """The trained network as a torch module in evaluation mode, between scaled inputs and scaled outputs; `predict`
        does the scaling. Raises ConfigError and BundleError."""
        from tunewright.entrance import load_bundle
        from tunewright.experiment.locating import locate

        maker = [locate(call).function for call in network_of(self.path)]
        bundle = load_bundle(self.path, maker[0] if maker else None)
        return cast("nn.Module", bundle.module.eval())

    @property
    def report(self) -> Path:
        """The report, one HTML page."""
        return self.path / "report.html"

    @cached_property
    def figures(self) -> Mapping[str, Picture]:
        """The report's figures by name."""
        from tunewright.entrance import page_of

        return pictures_of((self._page or page_of(self.path)).figures)

    def show(self, *names: str) -> None:
        """Show these figures in a notebook, or all where none is named. Raises ConfigError for an unknown name, and
        where there is no notebook."""
        show(self.figures, names)

    def __repr__(self) -> str:
        return f"<Result of {self.name} in {self.path}: {short_of(self.record)}>"

    def _repr_html_(self) -> str:
        return as_html(self.record, self.report)

    @property
    def _study(self) -> Mapping[str, Any]:
        study = self.record.get("study")
        if not study or not study["best"]:
            raise ConfigError(f"{self.path}: this run of kind {self.record['kind']!r} has searched nothing")
        return cast("Mapping[str, Any]", study)
