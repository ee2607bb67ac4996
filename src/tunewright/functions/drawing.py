"""The figures of a search on a function that no run folder keeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.codec import Json
from tunewright.core.space import Space
from tunewright.report.picture import Picture, pictures_of
from tunewright.trials.search import Found


@dataclass(frozen=True)
class Drawable:
    """What there is to draw: the trials, the space, and the function itself where that is wanted.

    surface: evaluates the function all over, see `functions.surface`.
    """

    found: Found
    space: Space
    lag: int
    surface: Callable[[], Mapping[str, Json]] | None = None

    def pictures(self) -> dict[str, Picture]:
        """The figures of a report's part on the search, by name."""
        from tunewright.report.reading import checked  # plotting libraries take seconds to load
        from tunewright.report.study.figures import study_figures
        from tunewright.report.study.results import Study, Surface
        from tunewright.runs.study_results import About, study_section

        about = About("", "none", "value", "", "second_value", self.lag)
        section = study_section(self.found, self.space, about=about, details=(), edits=())
        here = Path("minimize")
        surface = checked(here, self.surface(), Surface) if self.surface else None
        return pictures_of(study_figures(checked(here, section, Study), surface))
