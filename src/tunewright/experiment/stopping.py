"""The section [stop] of an experiment file."""

from pydantic import Field

from tunewright.experiment.sections import Section
from tunewright.experiment.values import Positive
from tunewright.search.stopping import StopRules


class StopSettings(Section):
    """What ends the search before its trials are done, whichever comes first; what is absent does not apply."""

    target: float | None = Field(None, allow_inf_nan=False)
    no_improvement: int | None = Field(None, ge=1)
    seconds: Positive | None = None
    regret: bool = False

    def rules(self) -> StopRules:
        return StopRules(self.target, self.no_improvement, self.seconds, self.regret)
