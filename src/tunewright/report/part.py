"""What one kind of run puts around its search on the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Part:
    """HTML throughout. top: the verdict; before: sections in front of the search, by name; data: the one behind it.

    provenance: further rows, by name. default: the untuned model's parameters, where the run has one.
    """

    scope: str
    top: str
    before: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)
    default: Mapping[str, Any] | None = None
