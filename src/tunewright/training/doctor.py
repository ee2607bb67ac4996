"""What this machine offers: versions, devices, and how fast it multiplies matrices."""

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version

import torch

from tunewright.training.native.library import NoLibrary, library

LIBRARIES = ("tunewright", "torch", "optuna", "numpy", "pandas", "scikit-learn", "arch", "optuna-dashboard")


def examine() -> list[str]:
    """One fact a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    lines = [f"python            {platform.python_version()} on {platform.platform()}"]
    lines += [f"{name:<18}{_version(name)}" for name in LIBRARIES]
    lines.append(f"cores             {cores}")
    lines.append(f"instruction set   {torch.backends.cpu.get_cpu_capability()}")
    lines.append(f"recurrent layers  {recurrent_engine()}")
    lines.append(f"fused LSTM        {'yes (oneDNN)' if torch._C._has_mkldnn else 'no'}")
    lines.append(f"measured peak     {peak_gflops():.0f} GFLOP/s, single precision, {torch.get_num_threads()} threads")
    if torch.cuda.is_available():
        lines += [
            f"GPU {index}             {torch.cuda.get_device_name(index)}" for index in range(torch.cuda.device_count())
        ]
    else:
        lines.append("GPU               none found")
    return lines


def recurrent_engine() -> str:
    """What trains LSTM and GRU, and why not in native code where that is not."""
    found = library()
    if isinstance(found, NoLibrary):
        return f"PyTorch: the compiled engine is missing, as {found.reason}"
    return f"compiled engine, {next(iter(found.sets))}; PyTorch where there is attention"


def peak_gflops(size: int = 1024, repeats: int = 8) -> float:
    """Best of a few products of two square float32 matrices: 2 * size^3 operations each."""
    left, right = torch.ones(size, size), torch.ones(size, size)
    fastest = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        torch.mm(left, right)
        fastest = min(fastest, time.perf_counter() - started)
    return 2 * size**3 / fastest / 1e9


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
