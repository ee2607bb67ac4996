"""Damaged and foreign bundles, and data that a bundle cannot use: exit code 2 and one line, word for word."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import refusal, run_well, write_prices, write_tiny
from tunewright.core.codec import file_digest
from tunewright.prices.bundle.bundle import FILES

pytestmark = pytest.mark.usefixtures("unseen_stills")

NO_BUNDLE = (
    "is not a bundle: expected a folder with checksums.json (a finished run on prices or images has one; "
    "comparisons and functions make no bundle)"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run and its prices."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", write_tiny(folder), "--out", "run", "--trials", "1")
    return folder


@pytest.fixture(autouse=True)
def bundle(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundle to damage, in the current folder, beside its prices."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(made / "prices.csv", "prices.csv")
    return Path(shutil.copytree(made / "run" / "bundle", "copy"))


def refused(bundle: str | Path = "copy", data: str = "prices.csv") -> str:
    return refusal("predict", bundle, "--data", data)


def rewrite(bundle: Path, name: str, **changes: Any) -> None:
    """Change a JSON file of the bundle, and make the checksums right again."""
    path = bundle / name
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    sign(bundle)


def sign(bundle: Path) -> None:
    checksums = {name: file_digest(bundle / name) for name in FILES}
    (bundle / "checksums.json").write_text(json.dumps(checksums))


def test_refuses_what_is_no_bundle() -> None:
    Path("empty").mkdir()
    for name in ("missing", "empty", "prices.csv"):
        assert refused(name) == f"{name} {NO_BUNDLE}"


@pytest.mark.parametrize("name", FILES)
def test_refuses_a_bundle_with_a_changed_or_missing_file(bundle: Path, name: str) -> None:
    content = bytearray((bundle / name).read_bytes())
    content[-3] ^= 1
    (bundle / name).write_bytes(content)
    assert refused() == (
        f"the bundle copy is refused: {name} is not the file that was saved (its SHA-256 differs); "
        "copy the bundle again from where it was made, or run the experiment again"
    )
    (bundle / name).unlink()
    assert refused() == f"the bundle copy lacks {name}: copy it again, whole"


def test_refuses_broken_checksums(bundle: Path) -> None:
    (bundle / "checksums.json").write_text("[]")
    assert refused() == "copy/checksums.json is not part of a bundle: expected a JSON object"
    (bundle / "checksums.json").write_bytes(bytes(range(256)))
    assert refused().startswith("copy/checksums.json cannot be read as JSON: 'utf-8' codec can't decode byte 0x80")
    (bundle / "checksums.json").unlink()
    assert refused() == f"copy {NO_BUNDLE}"


@pytest.mark.parametrize("found", [2, 10**18])
def test_refuses_a_newer_format(bundle: Path, found: object) -> None:
    rewrite(bundle, "bundle.json", format=found)
    assert refused() == f"copy has bundle format {found!r}, this version reads up to 1: upgrade tunewright"


@pytest.mark.parametrize("found", ["2", None, True, 0])
def test_refuses_what_is_no_format(bundle: Path, found: object) -> None:
    rewrite(bundle, "bundle.json", format=found)
    assert refused() == "copy/bundle.json is not part of a bundle: format: expected a whole number from 1"


def test_refuses_wrong_content_under_right_checksums(bundle: Path) -> None:
    rewrite(bundle, "bundle.json", model=[])
    assert refused() == "copy is not a usable bundle: model: input should be an object, found []"
    rewrite(bundle, "bundle.json", model={"family": "mamba"})
    known = "lstm, gru, tcn, transformer, mlp, dlinear, nlinear, ridge, custom and keras"
    assert refused() == f"unknown family 'mamba'; this version knows {known}"
    (bundle / "weights.safetensors").write_bytes(b"no tensors at all")
    rewrite(bundle, "bundle.json", model={"family": "lstm", "units": [4], "dropout": [0.1]})
    assert refused().startswith("copy is not a usable bundle: Error while deserializing")


def test_refuses_too_few_rows() -> None:
    lines = write_prices(Path("early.csv")).read_text().splitlines()
    Path("early.csv").write_text("\n".join(lines[:4]) + "\n")
    assert refused(data="early.csv") == ("a forecast needs 6 rows of prices, found 3: give a file with more history")


def test_refuses_data_without_the_columns_of_the_model() -> None:
    rows = [line.split(",") for line in Path("prices.csv").read_text().splitlines()]
    Path("close.csv").write_text("".join(f"{row[0]},{row[4]}\n" for row in rows))
    assert refused(data="close.csv").startswith(
        "feature 'high_low' needs the column 'high', but the data has only close"
    )


def test_refuses_unusable_outputs_and_options() -> None:
    for out, reason in {
        "missing/out.csv": "No such file or directory",
        "prices.csv/out.csv": "Not a directory",
    }.items():
        message = refusal("predict", "copy", "--data", "prices.csv", "--out", out)
        assert message == f"{out} cannot be written: {reason}; choose another --out"
    assert refusal("predict", "copy", "--data", "prices.csv", "--last", "0") == (
        "invalid value for '--last': Input should be greater than or equal to 1; `tunewright predict --help` tells more"
    )
    assert refusal("predict", "copy") == (
        "--data: expected the data to predict from, as there is no run around the bundle in ."
    )
    assert refusal("predict", "copy", "--data", "none.csv").startswith("none.csv: expected a price file")
