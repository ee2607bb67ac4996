"""The images' part of the page: the verdict on top, and the sections around the search."""

from collections.abc import Mapping, Sequence

from tunewright.core.words import duration
from tunewright.images.report.card import data_card
from tunewright.images.report.results import Images
from tunewright.images.report.tables import contestants_table, left_out, settings_table, tuning_table
from tunewright.images.report.words import DEFAULT, percent
from tunewright.report.figure import Drawn
from tunewright.report.looks import opened_often, opened_row
from tunewright.report.part import Part
from tunewright.report.study.results import Study
from tunewright.report.study.words import plural
from tunewright.report.tables import figure, notice, section, text

SYMBOLS = {"skill": "\u2714", "no_skill": "\u25cb", "worse": "\u2716"}
TONES = {"found": "skill", "hint": "no_skill", "none": "no_skill", "worse": "worse"}
"""The look of each kind of skill."""
HINT = (
    "Accuracy on the sealed images, with intervals of 95 % over the images. MFLOP: millions of floating point "
    "operations for one image. ECE: expected calibration error."
)
COMPARED = (
    "Difference: accuracy of the tuned model minus this one's, in points, with McNemar's exact p, which for all but "
    "the default is corrected for the number of comparisons (Holm)."
)
SEVERAL = "Over seeds: mean \u00b1 standard deviation over training seeds; all else is of the first."


def images_part(told: Images, study: Study, *, figures: Sequence[Drawn]) -> Part:
    """What a run on images puts around its search."""
    default = next((one for one in told.contestants if one.name == DEFAULT), None)
    return Part(
        scope=scope(told, study),
        top=verdict(told, tuned=bool(study.space)),
        before=sections(told, {one.name: figure(one) for one in figures}),
        data=section("data", "Data card", data_card(told)),
        provenance=provenance_rows(told),
        default=default.settings if default else None,
    )


def scope(told: Images, study: Study) -> str:
    """HTML, as all that follows."""
    channels, height, width = told.data.shape
    tuned = f"tuned in {plural(len(study.trials), 'trial')}, " if study.space else ""
    return text(
        f"{told.data.card.source}: {len(told.data.classes):,} classes, {plural(channels, 'channel')} of "
        f"{height} x {width} pixels; {tuned}trained on {told.contestants[0].images:,} images, "
        f"judged on {told.data.test:,} sealed ones"
    )


def tone(told: Images) -> str:
    """The key of SYMBOLS, and of the colour: no praise for guessing, nor where the untuned default does better."""
    behind = told.tuning is not None and told.tuning.conclusion == "overtuned"
    return "no_skill" if behind and told.test.skill == "found" else TONES[told.test.skill]


def verdict(told: Images, *, tuned: bool) -> str:
    """tuned: whether anything was searched."""
    shown, accuracy = tone(told), percent(told.test.metrics.model.accuracy)
    return (
        f'<section class="verdict {shown}" aria-label="Verdict">'
        f'<h2><span aria-hidden="true">{SYMBOLS[shown]}</span> {accuracy} of the sealed images right</h2>'
        f"<p>{text(told.test.verdict)}</p><p>{tuning_note(told, tuned=tuned)}</p></section>{notes(told)}"
    )


def tuning_note(told: Images, *, tuned: bool) -> str:
    if told.tuning is not None:
        return text(told.tuning.sentence)
    return "What tuning was worth is not known." if tuned else "Nothing was tuned."


def notes(told: Images) -> str:
    """What the reader must know before believing the verdict; empty when there is nothing."""
    shared = told.data.card.shared
    seen = (
        f"{plural(shared, 'test image')} of {told.data.test:,} can be found among the training images, pixel by pixel, "
        "so the accuracy may look too high by that share."
    )
    warned = notice("Test images seen in training", seen) if shared else ""
    return warned + opened_often(told.test.openings, told.test.looks)


def sections(told: Images, figures: Mapping[str, str]) -> dict[str, str]:
    """All but the data, by name. figures: HTML by name; those that were not drawn are missing."""
    test = [figures.get(name, "") for name in ("confusion", "per_class", "reliability", "mistakes")]
    models = [figures.get(name, "") for name in ("size", "final_curves")]
    learned = [figures.get(name, "") for name in ("filters", "feature_maps", "grad_cam")]
    return {
        "test": section("test", "The sealed test", *test),
        "models": section(
            "models", "Models",
            contestants_table(told.contestants), left_out(told.failed), f'<p class="hint">{hint(told)}</p>',
            settings_table(told.contestants),
            tuning_table(told.tuning) if told.tuning else "", *models,
        ),
        **({"learned": section("learned", "What it learns", *learned)} if any(learned) else {}),
    }  # fmt: skip


def hint(told: Images) -> str:
    """How to read the table of models."""
    compared = [COMPARED] if any(one.against_tuned for one in told.contestants) else []
    several = [SEVERAL] if any(one.seeds.count > 1 for one in told.contestants) else []
    return " ".join([HINT, *compared, *several])


def provenance_rows(told: Images) -> dict[str, str]:
    model, compute = told.model, told.compute
    threads = plural(compute.threads, "thread")
    return {
        "Sealed test opened": opened_row(told.test.openings, told.test.looks),
        "Model": text(
            f"{told.contestants[0].family}, {model.parameters:,} parameters, trained for "
            f"{plural(model.epochs, 'epoch')} in {duration(model.seconds)}"
        ),
        "Computed on": text(f"{compute.device}, {compute.precision}, {threads}"),
        "Data fingerprint": f"<code>{text(told.data.fingerprint)}</code>",
    }
