"""Pieces of HTML. Every text that comes from outside goes through `text`."""

import base64
import html
import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from tunewright.report.figure import Drawn, Tile, reduced
from tunewright.report.told import Cell
from tunewright.report.words import minus, number


def text(value: object) -> str:
    """Any value as HTML text: escaped, floats of at most six digits, a dash for none."""
    if value is None:
        return "-"
    if isinstance(value, int | float):
        return minus(f"{value:.6g}" if isinstance(value, float) else str(value))
    return html.escape(str(value))


def table(
    head: Sequence[str], rows: Iterable[str], *, label: str, style: str = "figures", worded: Collection[str] = ()
) -> str:
    """A table that scrolls sideways by itself on a narrow screen; `head` is plain text, `rows` is HTML.

    worded: the columns that hold sentences, whose heads stand at the left as they do.
    """
    marks = dict.fromkeys(worded, ' class="worded"')
    top = "".join(f'<th scope="col"{marks.get(name, "")}>{text(name)}</th>' for name in head)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(label)}">'
        f'<table class="{style}"><thead><tr>{top}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def row(head: str, values: Iterable[str]) -> str:
    cells = "".join(f"<td>{value}</td>" for value in values)
    return f'<tr><th scope="row">{head}</th>{cells}</tr>'


def definitions(pairs: Mapping[str, str]) -> str:
    """Names and HTML values, one beside the other."""
    rows = (f"<div><dt>{text(name)}</dt><dd>{value}</dd></div>" for name, value in pairs.items())
    return f"<dl>{''.join(rows)}</dl>"


def notice(title: str, said: str) -> str:
    """What the reader must know before believing the rest."""
    return f'<p class="note" role="note"><strong>&#9888; {text(title)}.</strong> {text(said)}</p>'


def bullets(items: Iterable[str]) -> str:
    points = "".join(f"<li>{text(item)}</li>" for item in items)
    return f"<ul>{points}</ul>" if points else "none"


def figure(drawn: Drawn) -> str:
    """The interactive figure with its still, or its pictures, which need no script."""
    shown = pictures(drawn) if drawn.tiles else plots(drawn)
    return (
        f'<figure id="{drawn.name}"><h3>{text(drawn.title)}</h3>{shown}'
        f"<figcaption>{text(drawn.caption)}</figcaption>{behind(drawn)}</figure>"
    )


def behind(drawn: Drawn) -> str:
    """The table of what the figure shows, folded away."""
    values = drawn.told.rows() if drawn.told else []
    if drawn.told is None or not values:
        return ""
    rows = (row(cell(first), map(cell, rest)) for first, *rest in values)
    shown = table(list(drawn.told.columns), rows, label=f"Values of the figure {drawn.title}")
    note = f'<p class="hint">{text(drawn.told.note())}</p>'
    summary = f'<summary>Values<span class="hidden"> of the figure {text(drawn.title)}</span></summary>'
    return f'<details class="behind">{summary}{note}{shown}</details>'


def cell(value: Cell) -> str:
    """HTML of a value of a figure."""
    if isinstance(value, float):
        return number(value if math.isfinite(value) else None, digits=5)
    return text(value)


def plots(drawn: Drawn) -> str:
    """`<` is spelt out so that no text can end the script element."""
    alt = text(f"{drawn.title}. {drawn.told.alt}" if drawn.told else drawn.title)
    panels = (
        f'<div class="plot"></div><script type="application/json">{plot.replace("<", chr(92) + "u003c")}</script>'
        for plot in drawn.plots
    )
    return (
        f'<div class="panels{" many" if len(drawn.plots) > 1 else ""}" role="img" aria-label="{alt}">'
        f'{"".join(panels)}</div><img class="still" alt="{alt}" src="{png(reduced(drawn.still))}">'
    )


def pictures(drawn: Drawn) -> str:
    shown = "".join(map(picture, drawn.tiles))
    return f'<div class="tiles" style="--side: {drawn.side}px">{shown}</div>'


def picture(tile: Tile) -> str:
    mark, detail = ' class="wrong"' if tile.wrong else "", f"<br>{text(tile.detail)}" if tile.detail else ""
    return f'<div{mark}><img alt="" src="{png(tile.png())}"><p>{text(tile.text)}{detail}</p></div>'


def png(image: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode('ascii')}"


def section(name: str, title: str, *parts: str) -> str:
    """A part of the page to which the navigation leads by `name`."""
    body = "\n".join(part for part in parts if part)
    return f'<section id="{name}">\n<h2>{text(title)}</h2>\n{body}\n</section>'
