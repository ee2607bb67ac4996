"""How near a training step of an LSTM comes to what the machine's matrix products allow. Prints Markdown.

    python benchmarks/lstm_step.py [--rounds 5] [--units 32 64 128 256]

Two layers of as many units, batch 32, 60 steps, 5 features, dropout 0.2, Adam, one thread: the compiled engine, and
`nn.LSTM` in float32 with fused Adam. The limit is a product of two square matrices of 1,024 float32, by NumPy's BLAS or
by PyTorch's, whichever is faster, measured in the same round. *One*: one process; *two*: two at the same time, their
rates added; medians of the rounds, in each of which everything is measured in turn. A step's operations are the
multiplications and additions of its matrix products, forward and backward; everything else that it does is in its time
and not among them. Processor time is measured, which other programs disturb least.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import torch
from recording import Found, record, short, table
from torch import Tensor, nn

from tunewright.core.threads import threads
from tunewright.training.native.library import Library, library
from tunewright.training.native.network import Batches, Memory, Network, Rule, Shape

BATCH, ROWS, FEATURES, DROPOUT, SECONDS = 32, 60, 5, 0.2, 1.0
BATCHES = 10
SIZE = 1024
ENGINES = ("compiled", "nn.LSTM")
SGEMM = ("numpy", "torch")


def operations(units: int) -> float:
    """Of one step: each weight is used once forward and twice backward, for its own gradient and for that of its input;
    the first layer's input needs none."""
    first, second, inputs = 4 * units * (FEATURES + units), 8 * units * units, 4 * units * FEATURES
    return 2 * ROWS * BATCH * (3 * (first + second) - inputs)


def product(kind: str) -> tuple[Callable[[], object], float]:
    """Something to do, and how many operations that is."""
    left = np.random.default_rng(0).normal(size=(SIZE, SIZE)).astype(np.float32)
    if kind == "numpy":
        into = np.empty_like(left)
        return lambda: np.matmul(left, left, out=into), 2 * SIZE**3
    matrix, out = torch.from_numpy(left), torch.empty(SIZE, SIZE)
    return lambda: torch.mm(matrix, matrix, out=out), 2 * SIZE**3


def compiled(units: int) -> tuple[Callable[[], object], float]:
    found = library()
    if not isinstance(found, Library):
        raise SystemExit(f"no compiled engine: {found.reason}")
    random = np.random.default_rng(0)
    shape = Shape("lstm", (units, units), (DROPOUT, DROPOUT), False, FEATURES, ROWS, BATCH)
    network = Network(found, shape)
    weights = random.normal(scale=0.05, size=network.parameters).astype(np.float32)
    memory, rule = Memory.empty(network.parameters), Rule("adam", 1e-3, 0.0, 0)
    count = BATCH * BATCHES
    series = random.normal(size=(count + ROWS, FEATURES)).astype(np.float32)
    targets = random.normal(size=count).astype(np.float32)
    batches = Batches(series, np.arange(ROWS - 1, ROWS - 1 + count), targets, ROWS)
    order = random.permutation(count)
    return lambda: network.train(weights, memory, batches, order, by=rule), BATCHES * operations(units)


class Plain(nn.Module):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.first, self.second, self.head = nn.LSTM(FEATURES, units), nn.LSTM(units, units), nn.Linear(units, 1)

    def forward(self, windows: Tensor) -> Tensor:
        states, _ = self.first(windows)
        states, _ = self.second(nn.functional.dropout(states, DROPOUT))
        forecast: Tensor = self.head(nn.functional.dropout(states[-1], DROPOUT))
        return forecast[:, 0]


def in_torch(units: int) -> tuple[Callable[[], object], float]:
    model = Plain(units)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    windows, targets = torch.randn(ROWS, BATCH * BATCHES, FEATURES), torch.randn(BATCH * BATCHES)

    def epoch() -> None:
        for batch in torch.randperm(BATCH * BATCHES).split(BATCH):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(windows[:, batch]), targets[batch]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()

    return epoch, BATCHES * operations(units)


def work(line: Connection, units: Sequence[int]) -> None:
    """Measure what is asked, in GFLOP/s, until nothing more is."""
    with threads(1):
        made: dict[Any, tuple[Callable[[], object], float]] = {kind: product(kind) for kind in SGEMM}
        for size in units:
            made["compiled", size], made["nn.LSTM", size] = compiled(size), in_torch(size)
        for action, _ in made.values():
            action()
        while (asked := line.recv()) is not None:
            line.send(rate(*made[asked]))


def rate(action: Callable[[], object], worth: float) -> float:
    began, count = time.process_time(), 0
    while time.process_time() - began < SECONDS:
        action()
        count += 1
    return count * worth / (time.process_time() - began) / 1e9


def rounds(lines: Sequence[Connection], what: Sequence[Any], *, count: int) -> dict[tuple[Any, int], list[float]]:
    """GFLOP/s by what was measured and in how many processes, a figure for each round."""
    found: dict[tuple[Any, int], list[float]] = {}
    for _ in range(count):
        for asked in what:
            for processes in (1, 2):
                for line in lines[:processes]:
                    line.send(asked)
                found.setdefault((asked, processes), []).append(sum(line.recv() for line in lines[:processes]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--units", type=int, nargs="*", default=[32, 64, 128, 256])
    asked = parser.parse_args()
    what = [*SGEMM, *((engine, size) for size in asked.units for engine in ENGINES)]
    context, lines = get_context("spawn"), []
    for _ in range(2):
        here, there = context.Pipe()
        context.Process(target=work, args=(there, asked.units), daemon=True).start()
        lines.append(here)
    measured = rounds(lines, what, count=asked.rounds)
    for line in lines:
        line.send(None)
    tell(measured, asked.units)


def tell(measured: dict[tuple[Any, int], list[float]], sizes: Sequence[int]) -> None:
    """Shares are of the same round's limit, of one process or of two."""
    peak = {
        count: [max(pair) for pair in zip(*(measured[kind, count] for kind in SGEMM), strict=True)] for count in (1, 2)
    }
    gained = [two / one for one, two in zip(peak[1], peak[2], strict=True)]
    found = [
        Found("matrix product: one process", "GFLOP/s", peak[1]),
        Found("matrix product: two processes", "GFLOP/s", peak[2]),
        Found("matrix product: two processes / one", "ratio", gained),
    ]
    rows = []
    for size in sizes:
        for engine in ENGINES:
            one, two = measured[(engine, size), 1], measured[(engine, size), 2]
            shares = [
                [100 * rate / limit for rate, limit in zip(rates, peak[count], strict=True)]
                for count, rates in ((1, one), (2, two))
            ]
            step = [operations(size) / rate / 1e6 for rate in one]
            scaled = [100 * b / a / ratio for a, b, ratio in zip(one, two, gained, strict=True)]
            named = f"{engine}; {size} units"
            own = [
                Found(f"{named}: step in one process", "ms", step),
                Found(f"{named}: one process", "% of the limit", shares[0]),
                Found(f"{named}: two processes", "% of their limit", shares[1]),
                Found(f"{named}: two processes / one", "% of the products' ratio", scaled),
            ]
            found += own
            rows.append([str(size), engine, *(short(each.median) for each in own)])
    record("lstm_step", found)
    middle = [statistics.median(values) for values in (peak[1], peak[2], gained)]
    print(f"Matrix products: {middle[0]:.0f} and {middle[1]:.0f} GFLOP/s in one and two processes, {middle[2]:.2f}\n")
    heads = ["units", "engine", "step, ms", "% of the limit", "two: % of theirs", "two / one: % of the products'"]
    print(table(heads, rows))


if __name__ == "__main__":
    main()
