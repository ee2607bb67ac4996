"""The report of a run on images: figures, tables and words from results.json and views.npz, and nothing run as code."""

import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report_html import LOADING, Page
from report_images import save, write_images_run
from report_reading import read_image_run
from tunewright.core.errors import RunFolderError
from tunewright.entrance import write_report
from tunewright.images.report import confusion, curves, filters, maps, size
from tunewright.images.report.outcome import Gap
from tunewright.images.report.pixels import mosaic, picture, resized
from tunewright.images.report.results import Images
from tunewright.images.report.tables import biased
from tunewright.images.report.views import Filters, read_views

FIGURES = {
    "confusion": "Confusion matrix",
    "per_class": "Accuracy per class",
    "reliability": "Reliability of the probabilities",
    "mistakes": "Most confident mistakes",
    "size": "Parameters against accuracy",
    "final_curves": "Learning curves of the final models",
    "filters": "Filters of the first layer",
    "feature_maps": "Feature maps",
    "grad_cam": "Where it looks (Grad-CAM)",
}
SEARCH = ["history", "contour", "slices", "parallel", "timeline", "learning_curves"]
EVIL = '</script><script>alert("x")</script><img src=http://evil.example/x> $x^2$ \n <b>bold</b>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_images_run(tmp_path_factory.mktemp("run"), colour=True, contestants=6, test=3000)
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(folder: Path) -> Images:
    return read_image_run(folder)


def changed(folder: Path, **changes: Any) -> dict[str, Any]:
    """The record of a small run, written anew with these changes in "test" or at the top."""
    path = write_images_run(folder, test=200, trials=3) / "results.json"
    record: dict[str, Any] = json.loads(path.read_text())
    for key, value in changes.items():
        (record["test"] if key in record["test"] else record)[key] = value
    path.write_text(json.dumps(record))
    return record


def arrays(folder: Path) -> dict[str, Any]:
    with np.load(folder / "views.npz") as stored:
        return dict(stored)


def test_the_page_has_every_figure_in_order(text: str) -> None:
    page = Page(text)
    assert [attributes["id"] for tag, attributes in page.tags if tag == "figure"] == [*FIGURES, *SEARCH]
    sections = [attributes["id"] for tag, attributes in page.tags if tag == "section" and "id" in attributes]
    assert sections == ["test", "models", "learned", "search", "data", "provenance"]
    assert all(f'<a href="#{name}">' in text for name in sections if name)
    for name, title in FIGURES.items():
        assert f"<h3>{title}</h3>" in text
        assert len(text.partition(f'<figure id="{name}">')[2].partition("<figcaption>")[2].split("<")[0]) > 60


def test_every_figure_is_a_png_too(folder: Path) -> None:
    assert sorted(path.stem for path in (folder / "figures").iterdir()) == sorted([*FIGURES, *SEARCH])
    for name in FIGURES:
        image = (folder / "figures" / f"{name}.png").read_bytes()
        assert image.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", image[16:24])
        assert (width, height > 250) == (1080, True)


def test_pictures_need_no_script_and_the_page_no_network(text: str) -> None:
    page = Page(text)
    for tag, attributes in page.tags:
        assert tag not in {"link", "iframe", "object", "embed", "base"}
        for name in LOADING & attributes.keys():
            assert (attributes[name] or "").startswith(("#", "data:image/png;base64,")), (tag, name)
    pictures = text.partition('<figure id="mistakes">')[2].partition("</figure>")[0]
    assert pictures.count("<img") == 24
    assert 'class="plot"' not in pictures
    assert text.count('class="wrong"') == 4


def test_the_page_says_what_was_found(text: str, told: Images) -> None:
    for said in (
        '<section class="verdict skill"',
        f"{100 * told.test.metrics.model.accuracy:.1f} % of the sealed images right",
        "of 3,000 sealed images.",
        "Tuning made no difference that can be told from chance",
        f"tuned in 12 trials, trained on {told.contestants[0].images:,} images, judged on 3,000 sealed ones",
        "1 Tuned model<br><small>cnn</small>",
        "36.0 MFLOP",
        "3 seeds",
        "p = 0.300",
        "What tuning was worth",
        "<td>Cannot be told from chance.</td>",
        "The 32 largest of 40 filters, in the image",
        "At most 1 % as strong as the strongest: 9 of 40.",
        "First maps: 32 x 32",
        "Stage 2: 8 x 8",
        "first maps 0 %, stage 1 5 %, stage 2 10 %.",
        "<dt>Test part</dt><dd>3,000 images, 300 of each class</dd>",
        "<dt>Computed on</dt><dd>cpu, bfloat16, 2 threads</dd>",
        "<li>fold 1: 13,500 to train on, 1,500 to validate</li>",
        "ef" * 32,
    ):
        assert said in text, said
    assert 'class="note"' not in text


def test_a_hundred_classes_and_twelve_models_have_a_page(tmp_path: Path) -> None:
    text = write_report(write_images_run(tmp_path, classes=100, contestants=12, test=2000)).read_text(encoding="utf-8")
    assert "12 variant_11" in text
    assert "Not every class has its label" in text
    assert "of a class</dd>" in text


def test_where_nothing_was_tuned_the_page_says_so(tmp_path: Path) -> None:
    text = write_report(write_images_run(tmp_path, trials=0, contestants=1)).read_text(encoding="utf-8")
    assert "Nothing was tuned." in text
    assert "What tuning was worth" not in text
    assert '<th scope="col">Difference</th>' not in text
    shown = [attributes["id"] for tag, attributes in Page(text).tags if tag == "figure"]
    assert shown == [*(name for name in FIGURES if name != "size"), "history", "learning_curves"]


@pytest.mark.usefixtures("unseen_here")
def test_what_a_model_does_not_have_is_left_out(tmp_path: Path) -> None:
    record = changed(tmp_path)
    record["test"]["mistakes"] = []
    (tmp_path / "results.json").write_text(json.dumps(record))
    kept = {name: arrays(tmp_path)[name] for name in ("examples", "example_labels", "example_predictions")}
    save(tmp_path / "views.npz", kept | {"mistakes": np.zeros((0, 1, 8, 8), dtype=np.uint8)})
    shown = [attributes["id"] for tag, attributes in Page(write_report(tmp_path).read_text()).tags if tag == "figure"]
    assert not {"mistakes", "filters", "feature_maps", "grad_cam"} & set(shown)


@pytest.mark.usefixtures("unseen_here")
def test_a_model_no_better_than_guessing_is_not_praised(tmp_path: Path) -> None:
    for skill, shown in (("none", "no_skill"), ("hint", "no_skill"), ("worse", "worse")):
        changed(tmp_path, skill=skill)
        assert f'<section class="verdict {shown}"' in write_report(tmp_path).read_text(encoding="utf-8")


@pytest.mark.usefixtures("unseen_here")
@pytest.mark.parametrize(("skill", "shown"), [("found", "no_skill"), ("worse", "worse")])
def test_tuning_that_did_harm_is_not_praised(tmp_path: Path, skill: str, shown: str) -> None:
    record = changed(tmp_path, skill=skill)
    record["tuning"]["conclusion"] = "overtuned"
    (tmp_path / "results.json").write_text(json.dumps(record))
    assert f'<section class="verdict {shown}"' in write_report(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.001, 0.02, "Validation promised more than the sealed test gave."),
        (-0.02, -0.001, "Validation promised less than the sealed test gave; the sealed images may be easier."),
        (-0.01, 0.01, "Cannot be told from chance."),
    ],
)
def test_the_bias_of_tuning_says_no_more_than_is_shown(told: Images, low: float, high: float, said: str) -> None:
    assert told.tuning is not None
    found = biased(replace(told.tuning, bias=Gap(0.0, low, high)))
    assert found is not None
    assert found[2] == said


@pytest.mark.usefixtures("unseen_here")
def test_what_could_not_be_trained_and_what_is_odd_is_said(tmp_path: Path) -> None:
    record = changed(tmp_path, failed={"default": "the loss became <NaN>", "wide": "out of memory"})
    record["data"]["warnings"] = ["2 test images are there for training too"]
    record["data"]["card"]["warnings"] = ["3 classes are rare"]
    (tmp_path / "results.json").write_text(json.dumps(record))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "Untuned default is left out: it could not be trained: the loss became &lt;NaN&gt;</p>" in text
    assert "wide is left out: it could not be trained: out of memory</p>" in text
    assert "<li>3 classes are rare</li><li>2 test images are there for training too</li>" in text


@pytest.mark.usefixtures("unseen_here")
def test_second_openings_and_images_seen_in_training_are_noted(tmp_path: Path) -> None:
    record = changed(tmp_path, openings=2)
    record["data"]["card"]["shared"] = 7
    (tmp_path / "results.json").write_text(json.dumps(record))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "opened 2 times" in text
    assert "7 test images of 200 can be found among the training images" in text


def test_the_users_text_is_never_markup(tmp_path: Path) -> None:
    record = changed(tmp_path, verdict=EVIL, name=EVIL)
    classes = [f"{EVIL} {number}" for number in range(10)]
    record["data"]["classes"] = record["data"]["card"]["classes"] = classes
    for one, name in zip(record["test"]["per_class"], classes, strict=True):
        one["name"] = name
    for key in ("source", "format"):
        record["data"]["card"][key] = EVIL
    for key in ("reading", "repairs", "warnings"):
        record["data"]["card"][key] = [EVIL]
    record["data"]["warnings"], record["failed"] = [EVIL], {EVIL: EVIL}
    for one in record["contestants"]:
        one |= {"name": EVIL, "family": EVIL, "settings": {EVIL: EVIL}}
    record["tuning"]["sentence"] = EVIL
    record["compute"] |= {"device": EVIL, "precision": EVIL}
    (tmp_path / "results.json").write_text(json.dumps(record))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert {script[:8] for script in page.scripts} == {'{"data":', "H4sIAAAA", "\n// A fi"}
    assert all((attributes["src"] or "").startswith("data:") for tag, attributes in page.tags if tag == "img")
    assert "b" not in {tag for tag, _ in page.tags}
    charts = [script for script in page.scripts if script.startswith('{"data":')]
    assert not any("u003cscript" in chart or "u003cimg" in chart or "u003cb>bold" in chart for chart in charts)


def test_classes_may_have_names_in_any_script(tmp_path: Path) -> None:
    record = changed(tmp_path)
    names = ["猫", "собака", "pão", "🐎", "a" * 80, "$", "b c", "_", "0", "ok"]
    record["data"]["classes"] = record["data"]["card"]["classes"] = names
    for one, name in zip(record["test"]["per_class"], names, strict=True):
        one["name"] = name
    (tmp_path / "results.json").write_text(json.dumps(record))
    assert "猫" in write_report(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("contestants",), [], "needs the tuned model among its contestants"),
        (("test", "confusion"), [[1]], "test.confusion needs 10 rows of 10 counts"),
        (("test", "mistakes", 0, "actual"), 10, "test.mistakes names classes by their number, from 0 to 9"),
        (("test", "count"), "many", "test.count: Input should be a valid integer"),
        (("tuning", "conclusion"), "great", "tuning.conclusion: Input should be 'helped'"),
        (("test", "skill"), "much", "test.skill: Input should be 'found'"),
        (("data", "shape"), [8, 8], "data.shape.2: Field required"),
        (("kind",), ["images"], 'kind: expected one this version knows, found ["images"]'),
    ],
)
def test_a_wrong_key_is_one_clear_line(tmp_path: Path, where: tuple[Any, ...], value: Any, said: str) -> None:
    record = changed(tmp_path)
    *path, last = where
    part: Any = record
    for key in path:
        part = part[key]
    part[last] = value
    (tmp_path / "results.json").write_text(json.dumps(record))
    with pytest.raises(RunFolderError) as error:
        write_report(tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("key", ["data", "folds", "compute", "contestants", "failed", "model", "test"])
def test_a_missing_key_is_one_clear_line(tmp_path: Path, key: str) -> None:
    record = changed(tmp_path)
    del record[key]
    (tmp_path / "results.json").write_text(json.dumps(record))
    with pytest.raises(RunFolderError, match=rf"{key}: Field required"):
        write_report(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("examples", None, "expected the array 'examples' of shape"),
        ("examples", np.zeros((2, 3, 8, 8), dtype=np.uint8), "found shape"),
        ("mistakes", np.zeros((2, 1, 8, 8), dtype=np.uint8), "'mistakes' of shape"),
        ("example_labels", np.full(10, 99), "found classes beyond 0 to 9"),
        ("example_labels", np.zeros(10), "found values of float64"),
        ("cam", np.full((10, 8, 8), np.nan, dtype=np.float32), "not finite"),
        ("maps_0", np.zeros((10, 8), dtype=np.float32), "'maps_0' of shape (10, any, any, any)"),
        ("dead_1", None, "expected the array 'dead_1' of shape (), found none"),
        ("filters_total", None, "expected the array 'filters_total' of shape (), found none"),
        ("filters_total", np.array(31), "expected 'filters_total' of 32 or more"),
        ("filters_faint", np.array(-1), "'filters_faint' from 0 to it, found 40 and -1"),
    ],
)
def test_an_unlike_view_is_one_clear_line(tmp_path: Path, name: str, value: Any, said: str) -> None:
    changed(tmp_path)
    held = arrays(tmp_path)
    del held[name]
    save(tmp_path / "views.npz", held if value is None else held | {name: value})
    with pytest.raises(RunFolderError) as error:
        write_report(tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_broken_views_are_one_clear_line(tmp_path: Path) -> None:
    changed(tmp_path)
    path = tmp_path / "views.npz"
    whole = path.read_bytes()
    objects = {"examples": np.array([{}, {}], dtype=object)}
    np.savez(path, **objects)  # type: ignore[arg-type]
    pickled = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 255
    for content in (b"", b"no archive", whole[: len(whole) // 2], pickled, bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(RunFolderError, match=r"views\.npz: expected arrays as NumPy stores them"):
            write_report(tmp_path)
    path.unlink()
    with pytest.raises(RunFolderError, match=r"found no views\.npz"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_the_most_confused_pairs_are_named(told: Images) -> None:
    view = confusion.view_of(told)
    wrong = view.counts * (1 - np.eye(10, dtype=np.int64))
    actual, guess = np.unravel_index(wrong.argmax(), wrong.shape)
    said = f"{told.data.classes[actual]} taken for {told.data.classes[guess]}, {wrong.max():,} of"
    assert said in confusion.caption(view)
    np.testing.assert_allclose(view.shares.sum(axis=1), 1)


def test_a_dead_filter_shows_only_on_the_common_scale() -> None:
    weights = np.array([[[[1.0, -1.0]]], [[[0.001, -0.001]]]], dtype=np.float32)
    assert "All 2 filters, dark for negative" in filters.caption(Filters(weights, total=2, faint=1))
    np.testing.assert_allclose(filters.shaded(weights[1], reach=0.001), [[[1.0, 0.0]]])
    np.testing.assert_allclose(filters.shaded(weights[1], reach=1.0), [[[0.5005, 0.4995]]])
    np.testing.assert_allclose(filters.shaded(0 * weights[1], reach=0.0), 0.5)
    assert "The 2 largest of 1,024 filters, " in filters.caption(Filters(weights, total=1024, faint=1))


def test_maps_as_large_as_the_image_are_no_stage(folder: Path, told: Images) -> None:
    views = read_views(folder / "views.npz", told)
    assert maps.names(views) == ["First maps", "Stage 1", "Stage 2"]
    assert maps.names(replace(views, stages=views.stages[1:])) == ["Stage 1", "Stage 2"]


def test_pictures_are_enlarged_without_a_new_colour(told: Images) -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    pixels = picture(image, told.data.card)
    assert pixels.tolist()[0][1] == [1, 5, 9]
    large = resized(pixels, height=5, width=7)
    assert {tuple(one) for row in large.tolist() for one in row} == {
        tuple(one) for row in pixels.tolist() for one in row
    }
    sheet = mosaic([pixels] * 3, columns=2, gap=1)
    assert sheet.shape == (5, 5, 4)
    assert sheet[2].max() == 0  # the gap is clear


def test_the_front_is_what_no_model_beats(told: Images) -> None:
    view = size.points(told.contestants)
    assert [point.number for point in view if point.front] == [1, 3]
    places = [point.x for point in view]
    assert len({round(place) for place in places}) == len(places)
    assert abs(places[0] / told.contestants[0].parameters - 1) < 0.2


def test_curves_share_their_scale(told: Images) -> None:
    view = curves.view_of(told.contestants)
    assert view is not None
    assert view.log
    assert not view.lines[1].accuracy.size
    assert view.losses[0] < min(one.train.min() for one in view.lines) < view.losses[1]
    assert curves.view_of(()) is None
