"""What a user's code draws without a seed starts from ours, whenever torch is loaded, and goes on afterwards."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest
import torch

from tunewright.core.global_seeds import global_seeds


def drawn() -> tuple[float, float, float, float]:
    return random.random(), np.random.rand(), np.random.randn(), float(torch.rand(()))


def test_the_same_seed_draws_the_same_numbers_as_the_libraries_own() -> None:
    found = []
    for seed in (3, 3, 4):
        with global_seeds(seed):
            found.append(drawn())
    random.seed(3)
    np.random.seed(3)
    torch.manual_seed(3)
    assert found[0] == found[1] == drawn()
    assert len(set(zip(*found, strict=True))) == 4
    assert all(a != b for a, b in zip(found[1], found[2], strict=True))


def careless() -> None:
    with global_seeds(2):
        drawn()
        raise KeyError


@pytest.mark.parametrize("normal", [0, 1], ids=["", "with a normal number kept by NumPy"])
def test_the_callers_streams_go_on(normal: int) -> None:
    def begin() -> None:
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        np.random.randn(normal)

    begin()
    wanted = [drawn() for _ in range(3)]
    begin()
    found = [drawn()]
    with pytest.raises(KeyError):
        careless()
    assert [*found, drawn(), drawn()] == wanted


def test_one_inside_another() -> None:
    with global_seeds(1):
        wanted = drawn(), drawn()
    with global_seeds(1):
        first = drawn()
        with global_seeds(2):
            drawn()
            with global_seeds(3):
                drawn()
        assert (first, drawn()) == wanted


LAZY = """
import json, sys
from tunewright.core.global_seeds import global_seeds

before = list(sys.meta_path)
with global_seeds(1):
    pass
assert "torch" not in sys.modules
found = []
for seed in (5, 5):
    with global_seeds(seed), global_seeds(seed):
        import importlib.util
        assert importlib.util.find_spec("torch").origin
        import torch
        found.append(float(torch.rand(())))
assert sys.meta_path == before
assert type(torch.__loader__).__name__ == type(torch.__spec__.loader).__name__ == "SourceFileLoader"
assert torch.initial_seed() != 5, "torch begins anywhere where nobody seeds it"
found.append(float(torch.manual_seed(5) and torch.rand(())))
print(json.dumps(found))
"""


def test_torch_that_is_first_imported_inside_starts_from_the_seed_too() -> None:
    done = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert len(set(json.loads(done.stdout))) == 1
