"""Random streams of torch."""

import torch

from tunewright.core.seeds import SeedTree


def stream(seeds: SeedTree, purpose: str) -> torch.Generator:
    """A random stream for one purpose of one training."""
    return torch.Generator().manual_seed(seeds.integer(purpose))
