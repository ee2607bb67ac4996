"""What a bundle says of a model that was trained on all there is: nothing tests it, and another model was tested."""

from typing import Literal

from pydantic import Field

from tunewright.bundle.folder import BundleFolder
from tunewright.core.codec import Json
from tunewright.core.words import counted
from tunewright.experiment.stored import Stored, stored


class Refit(Stored):
    """A model of the winning configuration, trained on the sealed test too.

    count: of the rows or images that it was trained on. first, last: the days of the first and the last row. verdict:
    on the model of the same configuration that was tested.
    """

    tested: Literal[False] = False
    count: int = Field(ge=1)
    unit: Literal["row", "image"]
    first: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    last: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    epochs: int = Field(ge=1)
    verdict: str = Field(min_length=1, max_length=5000)

    def as_dict(self) -> dict[str, Json]:
        return self.model_dump(exclude_none=True)

    def lines(self) -> tuple[str, str]:
        """What must be known of it wherever it is used."""
        span = f", {self.first} to {self.last}" if self.first else ""
        return (
            f"untested  this model was trained on {counted(self.count, self.unit)}{span}, those of the sealed test "
            "among them, so nothing is left to test it on",
            f"tested    another model of the same configuration, trained without the sealed test: {self.verdict}",
        )


def refit_of(folder: BundleFolder) -> Refit | None:
    """What a bundle of any kind says of it; None where its model is the one that was tested. Raises BundleError."""
    told = folder.content.get("refit")
    if told is None:
        return None
    with folder.usable():
        return stored(Refit, told)
