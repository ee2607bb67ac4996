"""Tensors and texts in a safetensors file that says what they were: read back, they are what was written, or refused.

A safetensors file holds no code, but it does not notice a flipped bit. So a digest of all tensors and texts lies in it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tunewright.core.codec import canonical
from tunewright.core.words import reason

if TYPE_CHECKING:  # torch takes seconds to load, and plain functions are tuned without it
    from torch import Tensor

DIGEST = "digest"


class Damaged(Exception):
    """The file is not what was written: the message says why, on one line."""


@dataclass(frozen=True)
class Kept:
    """Tensors by name and plain text by name."""

    tensors: Mapping[str, "Tensor"]
    texts: Mapping[str, str]

    def to_bytes(self) -> bytes:
        """As a safetensors file. Tensors must be contiguous and must not share their memory."""
        import safetensors.torch

        return safetensors.torch.save(dict(self.tensors), metadata={**self.texts, DIGEST: self._digest()})

    def _digest(self) -> str:
        import safetensors.torch

        bare = safetensors.torch.save(dict(self.tensors))
        return hashlib.sha256(bare + canonical(self.texts).encode()).hexdigest()


def read_kept(path: Path) -> Kept:
    """What was written there. Raises Damaged for anything else, a file that is missing too."""
    import safetensors

    try:
        with safetensors.safe_open(path, framework="pt") as file:
            texts = dict(file.metadata() or {})
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    except (OSError, ValueError, RuntimeError, safetensors.SafetensorError) as error:
        raise Damaged(reason(error)) from None
    told = texts.pop(DIGEST, None)
    if told is None:
        raise Damaged("it does not say what its tensors were")
    kept = Kept(tensors, texts)
    if kept._digest() != told:
        raise Damaged("its tensors or texts are not those that were written")
    return kept
