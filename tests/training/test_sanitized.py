"""Native code under the compiler's checks: no access out of bounds, no undefined operation, no lost memory."""

import shutil
import subprocess
from pathlib import Path

import pytest

import tunewright.training.native as native

SOURCE = Path(native.__file__).parent / "source"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ here")
def test_native_code_is_clean_under_sanitizers(tmp_path: Path) -> None:
    program = tmp_path / "sanitized"
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1"]
    files = [Path(__file__).with_name("sanitized.cpp"), SOURCE / "engine.cpp"]
    build = ["g++", "-std=c++17", *checks, "-Wno-psabi", f"-I{SOURCE}", *map(str, files), "-o", str(program)]
    subprocess.run(build, check=True)
    done = subprocess.run([str(program)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "went through\n"
