"""The section [resources] of an experiment file."""

from pydantic import Field, field_validator

from tunewright.experiment.sections import Section
from tunewright.trials.places import Resources, is_share


class ResourceSettings(Section):
    """What a trial reserves of a cluster: it decides where trials run, and on no result. Parts of one core or GPU, or
    whole ones."""

    cpus: float = Field(1, gt=0, le=4096)
    gpus: float = Field(0, ge=0, le=1024)

    @field_validator("cpus", "gpus")
    @classmethod
    def _parts_of_one(cls, value: float) -> float:
        if not is_share(value):
            raise ValueError(f"expected a part of one or a whole number, found {value}")
        return value

    def resources(self) -> Resources:
        return Resources(self.cpus, self.gpus)
