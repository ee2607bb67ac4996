"""Did the search choose, or draw lots? In one plain sentence."""

from dataclasses import asdict, dataclass

from tunewright.core.codec import Json
from tunewright.statistics.overfitting import Overfitting


@dataclass(frozen=True)
class Chosen:
    """The probability of backtest overfitting of a study's complete trials over its validation days."""

    found: Overfitting

    def sentence(self) -> str:
        """What it is, and what lots would give; a share of splits that overlap is no test, and it says so."""
        found = self.found
        head = (
            f"In {_whole(found.pbo)} of {found.splits:,} ways to halve the {found.days:,} validation days, the one of "
            f"{found.configurations:,} complete trials that was best on one half was below the median on the other "
            "(one at the median counts half)"
        )
        if found.pbo >= 0.5:
            said = f"{head}: choosing did no better than drawing lots, which gives 50 % on average"
        else:
            said = f"{head}; drawing lots gives 50 % on average"
        return f"{said}. This describes these days and is no test."

    def as_dict(self) -> dict[str, Json]:
        """The object `overfitting` of results.json."""
        return {"sentence": self.sentence(), **asdict(self.found)}


def _whole(share: float) -> str:
    """In whole per cent, never rounded up to 50 or down to nothing."""
    if 0 < share < 0.01:
        return "less than 1 %"
    return f"{int(100 * share + 1e-9)} %"
