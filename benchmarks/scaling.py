"""How far one coordinator goes: workers kept busy, by their number, the trials' length and the lag. Prints Markdown.

    python benchmarks/scaling.py [--begin 12] [--tell 12] [--rounds 40]

Simulated, not measured: virtual time. begin, tell: milliseconds of the coordinator for the start of a trial (proposal,
study, sending) and for its end; take them from `overhead.py` on the machine and with the storage that is meant. Trials
take times of their own, lognormal with a standard deviation of half the mean. Trial n starts when trials 0 .. n - lag
have ended, a worker is free and the coordinator has come to it; the coordinator does one thing at a time, ends first.
"""

import argparse
import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np
from recording import table

WORKERS = (8, 64, 512, 4096)
SECONDS = (10.0, 60.0, 600.0)
LAGS = (1.0, 2.0, 3.0, 4.0)
"""As multiples of the number of workers."""


@dataclass(frozen=True)
class Cluster:
    """begin, tell: seconds of the coordinator. mean: seconds of a trial."""

    workers: int
    lag: int
    mean: float
    begin: float
    tell: float

    def busy(self, trials: int, *, seed: int = 0) -> float:
        """Share of the workers' time in which they train, the run-in and the run-out left aside."""
        spread = np.log(1.25) ** 0.5  # of a lognormal whose deviation is half its mean
        lengths = np.random.default_rng(seed).lognormal(np.log(self.mean) - spread**2 / 2, spread, trials)
        ended, settled, begun, free, now = np.zeros(trials, bool), 0, 0, self.workers, 0.0
        under_way: list[tuple[float, int]] = []
        waiting: deque[int] = deque()
        starts, ends = np.zeros(trials), np.zeros(trials)
        while settled < trials:
            while under_way and under_way[0][0] <= now:
                waiting.append(heapq.heappop(under_way)[1])
            if waiting:
                now += self.tell
                ended[waiting.popleft()] = True
                free += 1
                while settled < trials and ended[settled]:
                    settled += 1
            elif begun < trials and free and begun - self.lag < settled:
                now += self.begin
                starts[begun], ends[begun] = now, now + lengths[begun]
                heapq.heappush(under_way, (ends[begun], begun))
                begun, free = begun + 1, free - 1
            else:
                now = under_way[0][0]
        first, last = np.quantile(starts, (0.25, 0.75))
        inside = np.clip(np.minimum(ends, last) - np.maximum(starts, first), 0, None)
        return float(inside.sum() / ((last - first) * self.workers))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--begin", type=float, default=12.0)
    parser.add_argument("--tell", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=40, help="trials for each worker, 20,000 at least in all")
    asked = parser.parse_args()
    rows = []
    for workers in WORKERS:
        for seconds in SECONDS:
            trials = max(20_000, asked.rounds * workers)
            shares = [
                Cluster(workers, round(workers * lag), seconds, asked.begin / 1e3, asked.tell / 1e3).busy(trials)
                for lag in LAGS
            ]
            most = min(workers / seconds, 1e3 / (asked.begin + asked.tell))
            rows.append([f"{workers:,}", f"{seconds:.0f} s", f"{most:.3g}", *(f"{share:.0%}" for share in shares)])
    print(table(["workers", "a trial takes", "trials a second, at most", *(f"lag {lag:g} x" for lag in LAGS)], rows))


if __name__ == "__main__":
    main()
