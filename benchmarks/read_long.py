"""How long a file of many stocks takes to read when one of them is wanted, and how much memory. Prints Markdown.

    python benchmarks/read_long.py [--megabytes 100]

The file is made up (500 tickers below each other, as in the well-known data sets) and removed at the end.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

TICKERS = 500
CASES = {
    "the first ticker": "T000",
    "the last ticker": f"T{TICKERS - 1:03}",
    "no choice (an error that lists them)": "",
}
CHILD = """
import sys, time
from pathlib import Path
from tunewright.core.errors import DataError
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_prices
start = time.perf_counter()
try:
    rows = len(read_prices(Path(sys.argv[1]), ReadingOptions(ticker=sys.argv[2] or None))[0])
except DataError:
    rows = 0
print(rows, time.perf_counter() - start)
print(Path("/proc/self/status").read_text())
"""


def write(path: Path, size: int) -> None:
    """Rows `date,open,high,low,close,volume,Name`, ticker after ticker, until the file has `size` bytes."""
    stream = np.random.default_rng(0)
    row_bytes = 56
    rows = size // row_bytes // TICKERS
    days = np.busday_offset("1990-01-01", np.arange(rows), roll="forward").astype(str)
    with path.open("w") as out:
        out.write("date,open,high,low,close,volume,Name\n")
        for number in range(TICKERS):
            close = 100 * np.exp(np.cumsum(0.01 * stream.standard_normal(rows)))
            volume = stream.integers(10**6, 10**7, rows)
            out.writelines(
                f"{day},{price:.4f},{price * 1.01:.4f},{price * 0.99:.4f},{price:.4f},{count},T{number:03}\n"
                for day, price, count in zip(days, close.tolist(), volume.tolist(), strict=True)
            )


def measure(path: Path, ticker: str) -> tuple[int, float, float]:
    """Rows, seconds, and the peak of the whole process in MB, measured in a process of its own."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path), ticker], capture_output=True, text=True, check=True)
    rows, seconds = done.stdout.split()[:2]
    peak = re.search(r"VmHWM:\s*([0-9]+) kB", done.stdout)
    return int(rows), float(seconds), int(peak[1]) / 1000 if peak else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    size = parser.parse_args().megabytes * 10**6
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "all_stocks.csv")
        write(path, size)
        print(f"{path.stat().st_size / 1e6:,.0f} MB, {TICKERS} tickers\n")
        print("| wanted | rows | seconds | peak memory, MB |\n| --- | ---: | ---: | ---: |")
        for name, ticker in CASES.items():
            rows, seconds, peak = measure(path, ticker)
            print(f"| {name} | {rows:,} | {seconds:.1f} | {peak:,.0f} |")


if __name__ == "__main__":
    main()
