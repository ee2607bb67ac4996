"""`predict` and `export` from Python."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from tunewright.core.paths import PathName
from tunewright.front.given import Data, source_of
from tunewright.front.telling import noted

if TYPE_CHECKING:
    import pandas as pd

    from tunewright.bundle.exporting import Exported


def predict(
    bundle: PathName,
    data: "Data | None" = None,
    *,
    last: int = 1,
    coverage: float = 0.9,
    others: Sequence[str] = (),
    custom: Sequence[str] = (),
) -> "pd.DataFrame":
    """Predictions of a saved model, a row for each.

    bundle: a bundle, or the run folder around it. data: prices or images, as `tune` takes them; those of the run where
    none are given. Prices: a forecast after each of the `last` rows, with the interval that held the share `coverage`
    of the sealed test's days (`low`, `high`) and of a price one that follows the market's volatility (`scaled_low`,
    `scaled_high`; docs/bundle.md), both None where there is none; others: files of further tickers that the model
    needs. Images: the probability of each
    class. custom: places of functions of your own that the model needs, where they are not those of the run.

    What has to be known of the predictions is warned of (UserWarning). Raises DataError where the data do not fit,
    BundleError where the bundle is damaged.
    """
    import pandas as pd

    from tunewright.bundle.folder import open_bundle
    from tunewright.bundle.predicted import Request
    from tunewright.entrance import bundles_of
    from tunewright.entrance import source_of as run_source

    folder = open_bundle(Path(bundle))
    with TemporaryDirectory() as aside:
        if data is None:
            source, of_run = run_source(folder.path.parent)
            others = others or of_run
        else:
            source = source_of(data, lambda: Path(aside))
        functions = custom or functions_of(folder.path.parent)
        request = Request(source, others, functions, last=last, coverage=coverage, note=noted)
        found = bundles_of(folder).predict(folder, request)
    return pd.DataFrame(cast("Any", found.json))


def export(
    bundle: PathName, *, format: str | None = None, out: PathName | None = None, custom: Sequence[str] = ()
) -> "Exported":
    """Write a model for other programs, compared with its own predictions first; beside it JSON says what goes in and
    out (docs/export.md).

    format: `onnx`, `torch` or `keras`, by default as suits the model. out: the file, by default in export/ beside the
    bundle. Returns `file`, `about`, `difference` and `lines`. Raises InputError, and leaves no file then.
    """
    from tunewright.bundle.folder import open_bundle
    from tunewright.entrance import export

    around = open_bundle(Path(bundle)).path.parent
    return export(bundle, format=format, out=out, custom=custom or network_of(around))


def network_of(run: Path) -> list[str]:
    """Where the user's function stands that makes the network of a run, if one does."""
    call = _settings(run).get("model", {}).get("call")
    return [] if call is None else [call]


def functions_of(run: Path) -> list[str]:
    """Where all functions of the user's stand that the model of a run needs; none where this is no run."""
    return [*_settings(run).get("preparation", {}).get("custom", []), *network_of(run)]


def _settings(run: Path) -> dict[str, Any]:
    from tunewright.experiment.files import read_content

    file = run / "experiment.toml"
    return read_content(str(file)).values if file.is_file() else {}
