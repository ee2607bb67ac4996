"""A module that loads torch, for objectives that import it when they run."""

import torch


def drawn() -> float:
    return float(torch.rand(()))
