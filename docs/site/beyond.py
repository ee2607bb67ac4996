"""What lies beside docs/ and is part of the site, and the links from there and to there.

On a code host a page links to files where they lie: `../CHANGELOG.md`, `docs/data.md`. On the site all of them lie side
by side, and links are written anew for that.
"""

import re
from pathlib import Path
from posixpath import relpath
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
BEYOND = {
    "index.md": "README.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "LICENSE.txt": "LICENSE",
}
"""Path on the site, path in the checkout."""
_LINK = re.compile(r"(?<=\]\()(?!\w+:)[^)#\s]+")


def on_files(files: Any, config: Any) -> Any:
    """The files beyond docs/ among those of the site."""
    for site, checkout in _beyond().items():
        files.append(File.generated(config, site, abs_src_path=str(ROOT / checkout)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """The page's text, its links as they lead on the site."""
    here = page.file.src_uri
    folder = (ROOT / _beyond().get(here, f"docs/{here}")).parent
    places = {(ROOT / checkout).resolve(): site for site, checkout in _beyond().items()}

    def moved(link: re.Match[str]) -> str:
        goal = (folder / link[0]).resolve()
        within = goal.relative_to(ROOT / "docs").as_posix() if goal.is_relative_to(ROOT / "docs") else None
        site = places.get(goal, within)
        return link[0] if site is None else relpath(site, Path(here).parent.as_posix())

    return _LINK.sub(moved, markdown)


def _beyond() -> dict[str, str]:
    notebooks = (path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "notebooks").glob("*.ipynb")))
    return {**BEYOND, **{name: name for name in notebooks}}
