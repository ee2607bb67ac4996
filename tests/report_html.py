"""A report's page as its tests look at it."""

from html.parser import HTMLParser

FIGURES = {
    "comparison": "Gain over repeating the last price",
    "forecast_price": "Sealed test: forecast as price",
    "forecast_change": "Sealed test: forecast as change",
    "worth": "Sealed test: cumulative net return",
    "forecast_intervals": "Intervals of the last sealed days",
    "series_folds": "Folds on the series",
    "history": "Optimisation history",
    "contour": "Score over two parameters",
    "importance": "Importance of the parameters",
    "slices": "Score by parameter",
    "parallel": "Parallel coordinates",
    "pruning": "Pruning",
    "timeline": "Timeline",
    "learning_curves": "Learning curves of the best trial",
}
LOADING = {"src", "href", "srcset", "data", "action", "poster", "background"}


class Page(HTMLParser):
    """Tags with their attributes, and the text of every script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""
