"""What tuning was worth: tuned model, default and best random configuration from every training seed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure

from tunewright.prices.report import told
from tunewright.prices.report.subject import Subject
from tunewright.prices.report.tuning import TITLES, Seeds
from tunewright.report.figure import Drawn, drawn
from tunewright.report.look import COLOURS, GIVEN
from tunewright.report.stills import canvas, legend
from tunewright.report.traces import dress, padded
from tunewright.report.values import Floats

NAME = "tuning_seeds"
TITLE = "Skill on the sealed days, by training seed"
CAPTION = (
    "One dot per training, seed after seed from top to bottom, and a bar at their mean: skill, 1 - squared error / "
    "squared error of repeating the last {}; right of zero is better. The diamond is the model that is shipped. How "
    "far the dots of one row scatter is what the seed alone makes of one configuration."
)
DRAWN = ("default", "random", "tuned")
"""From top to bottom."""
SHADES = {"default": GIVEN, "random": COLOURS["train"], "tuned": COLOURS["model"]}
LANE = 0.5
"""Height of a row's dots, where rows are 1 apart."""


@dataclass(frozen=True, eq=False)
class Row:
    """One configuration. skill: in per cent, one for each seed; the shipped model's first."""

    name: str
    skill: Floats

    def heights(self, place: int) -> Floats:
        """Of the dots around `place`, the first seed's on top."""
        return np.asarray(place + LANE * (np.arange(len(self.skill)) / (len(self.skill) - 1) - 0.5))


def view_of(seeds: Seeds) -> tuple[Row, ...]:
    """The default on top, the tuned model at the bottom."""
    skills = {model.name: 100 * np.array(model.skill, dtype=np.float64) for model in seeds.models}
    return tuple(Row(name, skills[name]) for name in DRAWN if name in skills)


def plot(rows: tuple[Row, ...]) -> Any:
    figure = go.Figure()
    for place, row in enumerate(rows):
        shipped = row.name == "tuned"
        symbols = ["diamond" if shipped and seed == 0 else "circle" for seed in range(len(row.skill))]
        figure.add_trace(
            go.Scatter(
                x=row.skill,
                y=row.heights(place),
                mode="markers",
                marker={"color": SHADES[row.name], "size": [13 if one == "diamond" else 8 for one in symbols],
                        "symbol": symbols},
                text=[f"seed {seed}: {value:.2f} %" for seed, value in enumerate(row.skill)],
                hovertemplate="%{text}<extra></extra>",
                showlegend=False,
            )
        )  # fmt: skip
        mean, reach = float(row.skill.mean()), 0.4
        bar = {"color": SHADES[row.name], "width": 3}
        figure.add_shape(type="line", x0=mean, x1=mean, y0=place - reach, y1=place + reach, line=bar)
    figure.add_vline(0, line={"color": COLOURS["last_value"]}, layer="below")
    everything = [0.0, *(float(value) for row in rows for value in row.skill)]
    figure.update_xaxes(range=padded(everything, share=0.08), title_text="Skill against the last value (%)")
    labels = [TITLES[row.name] for row in rows]
    figure.update_yaxes(range=[len(rows) - 0.4, -0.6], tickvals=list(range(len(rows))), ticktext=labels)
    return dress(figure, height=130 + 90 * len(rows))


def still(rows: tuple[Row, ...]) -> Figure:
    figure, (ax,) = canvas(1, 1, height=1.4 + 0.8 * len(rows))
    for place, row in enumerate(rows):
        colour, heights, first = SHADES[row.name], row.heights(place), int(row.name == "tuned")
        ax.plot(row.skill[first:], heights[first:], "o", color=colour, markersize=5)
        if first:
            ax.plot(row.skill[:1], heights[:1], "D", color=colour, markersize=8, label="Shipped model")
        ax.vlines(float(row.skill.mean()), place - 0.4, place + 0.4, color=colour, linewidth=2.5)
    ax.axvline(0, color=COLOURS["last_value"], zorder=0, label="Last value repeated")
    ax.set_yticks(range(len(rows)), [TITLES[row.name] for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.margins(x=0.08)
    ax.set_xlabel("Skill against the last value (%)")
    legend(ax)
    return figure


def draw(seeds: Seeds, subject: Subject) -> Drawn:
    rows = view_of(seeds)
    caption, shown = CAPTION.format(subject.value), told.seeds({TITLES[row.name]: row.skill for row in rows})
    return drawn(NAME, TITLE, caption, plots=[plot(rows)], still=lambda: still(rows), told=shown)
