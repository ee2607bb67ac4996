"""Random streams by name: `SeedTree(7).child("trial", 3).child("fold", 0).integer("shuffle")`.

A stream depends on the study's seed and on the names on the way to it, never on what ran before.
"""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class SeedTree:
    """A node of the tree. Children are found by name, so adding one moves no other."""

    root: int
    path: tuple[str | int, ...] = ()

    def child(self, *names: str | int) -> "SeedTree":
        return SeedTree(self.root, (*self.path, *names))

    def integer(self, *names: str | int, bits: int = 63) -> int:
        """A non-negative integer of at most `bits` bits (at most 256), from SHA-256 of the path."""
        text = "/".join(f"{type(part).__name__}:{part}" for part in (self.root, *self.path, *names))
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") >> (256 - bits)
