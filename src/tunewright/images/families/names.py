"""Names that several families share, and their check."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

ActivationName = Literal["relu", "leaky_relu", "gelu", "silu"]
Dropout = Annotated[float, Field(ge=0, lt=1)]


def check_names(spec: object, names: Mapping[str, Sequence[str]]) -> None:
    """Raises ValueError where a field of the spec is none of its names."""
    for field, known in names.items():
        if (found := getattr(spec, field)) not in known:
            raise ValueError(f"{field}: expected one of {', '.join(known)}; found {found!r}")
