"""The documentation as a site: built without a warning, with every public name, and private."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import tunewright
from docs_reading import ROOT

_LOADED = re.compile(
    r'<(?:script|img|iframe|source)[^>]*\ssrc="?([^" >]+)|'
    r'<link(?![^>]*canonical)[^>]*\shref="?([^" >]+)'
)
"""Whatever a browser fetches for a page."""


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # of the theme's makers, on another program
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    _check_names(tmp_path)
    _check_private(tmp_path)
    _check_search(tmp_path)


def _check_names(site: Path) -> None:
    """Each public name has its entry, and each of the checks of plug-ins."""
    entries = set(re.findall(r'id="?([\w.]+)', (site / "reference/names.html").read_text("utf-8")))
    assert {f"tunewright.{name}" for name in tunewright.__all__} <= entries
    plug_ins = (site / "reference/plug-ins.html").read_text("utf-8")
    for room in ("search.samplers", "search.pruners", "prices", "images"):
        assert f'id="tunewright.{room}.testing.check_' in plug_ins


def _check_private(site: Path) -> None:
    """No page loads anything from elsewhere."""
    loaded = [one or other for page in site.rglob("*.html") for one, other in _LOADED.findall(page.read_text("utf-8"))]
    assert any(one.endswith("report.png") for one in loaded)
    assert any(one.endswith(".css") for one in loaded)
    assert [one for one in loaded if re.match(r"(\w+:)?//", one)] == []


def _check_search(site: Path) -> None:
    """Pages from beside docs/ are found, too, and their links lead on."""
    places = {one["location"] for one in json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]}
    assert {"index.html", "CHANGELOG.html", "tutorials/prices.html", "reference/names.html"} <= places
    assert 'href="index.html#an-experiment-file"' in (site / "prices.html").read_text("utf-8")
    assert 'href="prices.html"' in (site / "index.html").read_text("utf-8")
