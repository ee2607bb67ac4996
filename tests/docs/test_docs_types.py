"""What the README shows in Python is what type checkers accept."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs_reading import blocks

README = [(where, text) for where, text in blocks("python") if where.startswith(("README", "docs/python"))]
CHECKERS = {"mypy": ["mypy", "--strict"], "pyright": ["pyright", "--pythonpath", sys.executable]}


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_the_front_door_is_typed(checker: str, tmp_path: Path) -> None:
    for number, (_, text) in enumerate(README):
        (tmp_path / f"block{number}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", *CHECKERS[checker], "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
