"""What a benchmark found: rows of results.csv, and the tables of docs/speed.md that are made of them.

    python benchmarks/recording.py docs/speed.md

Writes the tables of that page anew: between `<!-- results: BENCHMARK -->` and `<!-- end -->` comes what the benchmark's
last run found, median and spread.
"""

import csv
import datetime
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

RESULTS = Path(__file__).with_name("results.csv")


@dataclass(frozen=True)
class Row:
    """value: the median of n runs. spread: their lowest and highest."""

    date: str
    benchmark: str
    machine: str
    what: str
    value: str
    unit: str
    command: str
    commit: str
    n: str
    spread: str


@dataclass(frozen=True)
class Found:
    """One figure of a benchmark, once for each of its runs."""

    what: str
    unit: str
    values: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def record(benchmark: str, found: Sequence[Found]) -> None:
    """Append a row for each figure. The command is told without the places of folders."""
    words = ["DIR" if Path(word).is_absolute() else word for word in sys.argv[1:]]
    command = " ".join(["python", f"benchmarks/{benchmark}.py", *words])
    today, where, commit = datetime.date.today().isoformat(), machine(), commit_now()
    rows = [
        Row(
            today,
            benchmark,
            where,
            one.what.replace(",", ";"),
            short(one.median),
            one.unit,
            command,
            commit,
            str(len(one.values)),
            f"{short(min(one.values))} to {short(max(one.values))}",
        )
        for one in found
    ]
    with RESULTS.open("a", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(astuple(row) for row in rows)


def machine() -> str:
    """As results.csv calls it: its cores and the widest instructions that they have."""
    import torch

    sets = {"AVX512": "AVX-512"}
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{cores()} cores {sets.get(capability, capability)}"


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def commit_now() -> str:
    """The commit that is checked out, with a plus where files differ from it."""
    here = Path(__file__).parent
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True)
    changed = subprocess.run(["git", "status", "--porcelain", "../src"], cwd=here, capture_output=True, text=True)
    return done.stdout.strip() + ("+" if changed.stdout.strip() else "")


def short(value: float) -> str:
    """Three digits, as many as runs agree in at best."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def last_run(benchmark: str) -> str:
    """As a table."""
    with RESULTS.open(newline="") as file:
        rows = [Row(**row) for row in csv.DictReader(file) if row["benchmark"] == benchmark]
    if not rows:
        return "Not measured yet."
    last = rows[-1]
    same = [row for row in rows if (row.date, row.command, row.commit) == (last.date, last.command, last.commit)]
    latest = {row.what: row for row in same}.values()
    told = [(row.what, row.value, row.unit, row.spread) for row in latest]
    where = f"{last.date}, {last.machine}, commit {last.commit}, {last.n} rounds: `{last.command}`"
    return f"{where}\n\n{table(['what', 'median', 'unit', 'lowest to highest'], told)}"


def main() -> None:
    page = Path(sys.argv[1])
    block = re.compile(r"(<!-- results: (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)
    page.write_text(block.sub(lambda found: f"{found[1]}\n{last_run(found[2])}\n{found[3]}", page.read_text("utf-8")))


if __name__ == "__main__":
    assert [one.name for one in fields(Row)] == RESULTS.read_text().partition("\n")[0].split(",")
    main()
