"""Where and how exactly a network computes: a part of what makes a result, so it is decided once for a run."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

from tunewright.core.errors import ConfigError

DeviceName = Literal["cpu", "cuda"]
PrecisionName = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class Compute:
    """threads: of the processor, for one training. precision: of products and convolutions; weights stay float32."""

    device: DeviceName = "cpu"
    precision: PrecisionName = "float32"
    threads: int = 1

    def autocast(self) -> AbstractContextManager[object]:
        """Inside, products and convolutions are of the precision (Micikevicius et al. 2018, without loss scaling, as
        bfloat16 has the exponents of float32)."""
        import torch  # takes seconds to load, and settings are read without it

        return torch.autocast(self.device, torch.bfloat16, enabled=self.precision == "bfloat16")


def find_device(asked: str) -> DeviceName:
    """`auto` is a GPU where there is one. Raises ConfigError where the one asked for is absent."""
    import torch

    there = torch.cuda.is_available()
    if asked == "cuda" and not there:
        raise ConfigError(
            'compute.device = "cuda", but PyTorch finds no such GPU here; set compute.device = "cpu" or "auto"'
        )
    return "cuda" if asked == "cuda" or (asked == "auto" and there) else "cpu"


def find_precision(asked: str, device: DeviceName) -> PrecisionName:
    """`auto` is bfloat16 where the hardware multiplies it natively, and so several times as fast."""
    if asked != "auto":
        return "bfloat16" if asked == "bfloat16" else "float32"
    import torch

    if device == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    return "bfloat16" if torch.cpu.get_capabilities().get("amx_bf16", False) else "float32"
