"""results.json -> checked, frozen values. Whatever is missing or broken is one RunFolderError."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from tunewright.report.files import fail, read_json, shorten
from tunewright.report.results import Results
from tunewright.report.study.results import Study

SCHEMA = 1
T = TypeVar("T")


def read_record(path: Path) -> dict[str, Any]:
    """results.json of whatever kind (RunFolderError: missing, no JSON, another schema). Without a kind it is of
    prices."""
    record = read_json(path)
    schema = record.get("schema") if isinstance(record, dict) else None
    if schema != SCHEMA:
        remedy = "use the version of tunewright that wrote it"
        fail(path, f"expected schema {SCHEMA}, found {schema!r}", remedy=remedy)
    return {"kind": "prices"} | cast("dict[str, Any]", record)


def checked(path: Path, record: Mapping[str, Any], shape: type[T]) -> T:
    """Those keys of a record that this dataclass has (RunFolderError: a wrong or missing one). path: for messages."""
    try:
        return cast("T", _adapter(cast("Any", shape)).validate_python(record))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        fail(path, f"{where}: {first['msg']}, found {shorten(repr(first['input']))}", cause=error)


@cache  # dozens of nested shapes, looked through anew for each adapter
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def study_of(path: Path, results: Results) -> Study:
    """The study of a run that must have searched. Raises RunFolderError where there is none."""
    if results.study is None:
        fail(path, "study: expected one, found none")
    return results.study
