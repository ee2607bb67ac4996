"""Values that every experiment file has: their types and ranges."""

from typing import Annotated, Literal

from pydantic import Field

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
SamplerName = Literal["auto", "grid", "random", "qmc", "tpe", "gp", "cmaes"]
Trials = Annotated[int, Field(ge=1, le=1_000_000)]
Lag = Annotated[int, Field(ge=1, le=1000)]
Startup = Annotated[int, Field(ge=1)]
