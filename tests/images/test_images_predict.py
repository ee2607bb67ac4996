"""`tunewright predict` with a bundle of images: files, folders and sets in, tables out, and what is refused."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from cli_helpers import refusal, run
from image_writers import made_up, write_folders, write_idx, write_npz, write_python
from tunewright.experiment.by_user import CustomSpec
from tunewright.experiment.families import Spec
from tunewright.images.bundle.bundle import ImageBundle, load_image_bundle, save_image_bundle
from tunewright.images.bundle.predict import predict_images
from tunewright.images.data.imageset import ImageSet, Pixels
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.network import Network
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier
from tunewright.images.training.compute import Compute

CLASSES = ("cat", 'a "b", c', "dog")
SMALL = CNNSpec((4, 4), (0, 0))
OWN = """
import torch
from torch import nn

def net(shape, classes, *, width=4):
    return nn.Sequential(nn.Flatten(), nn.Linear(shape[0] * shape[1] * shape[2], width), nn.Linear(width, classes))
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_bundle(
    name: str = "made",
    *,
    shape: tuple[int, int, int] = (3, 8, 6),
    classes: tuple[str, ...] = CLASSES,
    spec: Spec = SMALL,
) -> str:
    """A bundle of an untrained network."""
    network = Network(spec, shape, len(classes))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = network.build()
    classifier = Classifier(model, Normalisation((0.5,) * shape[0], (0.2,) * shape[0]))
    save_image_bundle(Path(name), ImageBundle(network, classifier, classes, {}))
    return name


def images(count: int, *, shape: tuple[int, int, int] = (3, 8, 6), seed: int = 0) -> ImageSet:
    random = np.random.default_rng(seed)
    return ImageSet(random.integers(0, 256, (count, *shape), np.uint8), np.arange(count) % 3, CLASSES)


def expected(pixels: Pixels, bundle: str = "made") -> np.ndarray[Any, Any]:
    return predict_images(load_image_bundle(Path(bundle)), pixels, Compute(threads=torch.get_num_threads()))


def predicted(*arguments: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The table as JSON, and what was said besides."""
    result = run("predict", *arguments, "--json")
    assert result.exit_code == 0, result.output + repr(result.exception)
    return json.loads(result.stdout), result.stderr.splitlines()


def probabilities(rows: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    return np.array([list(row["probabilities"].values()) for row in rows], np.float32)


def save(pixels: Pixels, path: str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.transpose(1, 2, 0).squeeze()).save(path)
    return path


def test_a_single_file_is_told() -> None:
    bundle, pixels = write_bundle(), images(1).images
    rows, notes = predicted(bundle, "--data", save(pixels[0], "photos/one.png"))
    assert notes == []
    (row,) = rows
    assert row["image"] == "one.png"
    np.testing.assert_array_equal(probabilities(rows), expected(pixels))
    assert (row["class"], row["probability"]) == max(row["probabilities"].items(), key=lambda pair: pair[1])
    assert tuple(row["probabilities"]) == CLASSES


def test_a_folder_is_read_in_natural_order_with_all_below_it() -> None:
    bundle, pixels = write_bundle(), images(4).images
    names = ["2.png", "10.png", "more/deep/1.png", "more/x.PNG"]
    for name, image in zip(names, pixels, strict=True):
        save(image, f"photos/{name}")
    Path("photos/notes.txt").write_text("made in May")
    rows, notes = predicted(bundle, "--data", "photos")
    assert [row["image"] for row in rows] == names
    np.testing.assert_array_equal(probabilities(rows), expected(pixels))
    assert notes == ["photos: left out 'notes.txt'"]


def test_folders_named_as_the_classes_give_an_accuracy() -> None:
    bundle, made = write_bundle(), images(9)
    write_folders(Path("photos"), made)
    result = run("predict", bundle, "--data", "photos")
    *table, line = result.stdout.splitlines()
    right = int((expected(made.images).argmax(axis=1) == made.labels).sum())
    assert line.startswith(
        f"accuracy on these 9 images: {right / 9:.1%}".replace("%", " %") + f", {right} right (95 %: "
    )
    assert table[0].split() == ["image", "class", "probability", "second"]
    assert len(table) == 10
    assert result.stderr == ""
    _, notes = predicted(bundle, "--data", "photos")
    assert notes == [line]


def test_of_train_and_test_only_test_is_read() -> None:
    bundle, made = write_bundle(), images(6)
    write_folders(Path("set/train"), made)
    write_folders(Path("set/test"), images(3, seed=1))
    rows, notes = predicted(bundle, "--data", "set")
    assert [row["image"] for row in rows] == ['test/a "b", c/1.png', "test/cat/0.png", "test/dog/2.png"]
    assert notes[0] == "set: only test, its part for tests"
    assert notes[1].startswith("accuracy on these 3 images: ")


def test_a_folder_of_no_class_gives_no_accuracy() -> None:
    bundle = write_bundle()
    write_folders(Path("photos"), images(3))
    save(images(1).images[0], "photos/wolf/1.png")
    _, notes = predicted(bundle, "--data", "photos")
    assert notes == ["photos: no accuracy: of the images' classes the bundle does not know 'wolf'"]
    Path("photos/wolf").rename("photos/cat/kitten")
    assert "the bundle does not know 'kitten'" in predicted(bundle, "--data", "photos")[1][0]


def test_images_are_resized_and_grey_becomes_colour() -> None:
    bundle, large = write_bundle(), images(2, shape=(3, 16, 16)).images
    grey = images(1, shape=(1, 8, 6)).images[0]
    for number, image in enumerate((*large, grey)):
        save(image, f"photos/{number}.png")
    rows, notes = predicted(bundle, "--data", "photos")
    assert notes == [
        "photos: 2 images resized to 8 x 6 (height x width), bicubic",
        "photos: 1 image converted from grey to RGB, which loses nothing",
    ]
    small = [Image.fromarray(image.transpose(1, 2, 0)).resize((6, 8), Image.Resampling.BICUBIC) for image in large]
    pixels = [*(np.asarray(image).transpose(2, 0, 1) for image in small), np.repeat(grey, 3, axis=0)]
    np.testing.assert_array_equal(probabilities(rows), expected(np.stack(pixels)))


def test_colour_becomes_grey_only_where_nothing_is_lost() -> None:
    bundle, grey = write_bundle(shape=(1, 8, 6)), images(1, shape=(1, 8, 6)).images
    save(np.repeat(grey[0], 3, axis=0), "photos/1.png")
    rows, notes = predicted(bundle, "--data", "photos")
    assert notes == ["photos: 1 image converted from RGB with equal channels to grey, which loses nothing"]
    np.testing.assert_array_equal(probabilities(rows), expected(grey))
    save(images(1).images[0], "photos/2.png")
    assert refusal("predict", bundle, "--data", "photos") == (
        "photos/2.png: expected a grey image, as the network was trained on, found colours. Convert it first, as you "
        "did with the training images."
    )


def test_a_broken_file_among_many_is_named() -> None:
    bundle = write_bundle()
    write_folders(Path("photos"), images(4))
    broken = Path(save(images(1).images[0], "photos/dog/7.png"))
    broken.write_bytes(broken.read_bytes()[:-40])
    message = refusal("predict", bundle, "--data", "photos")
    whole = "a whole PNG, JPEG, BMP, GIF, WebP or TIFF"
    assert message.startswith(f"photos/dog/7.png: expected {whole}, found a damaged one (")
    broken.write_text("<html>not found</html>")
    assert refusal("predict", bundle, "--data", "photos").startswith("photos/dog/7.png: expected a whole PNG")
    broken.rename("photos/dog/7.gif").write_bytes(b"GIF89a\0\0\0\0")
    assert refusal("predict", bundle, "--data", "photos").startswith("photos/dog/7.gif: expected a whole PNG")
    Path("photos/dog/7.gif").rename("photos/dog/7.ico").write_bytes(b"\0\0\1\0\1\0")
    assert refusal("predict", bundle, "--data", "photos") == (
        "photos/dog/7.ico: expected image files only, found another file. Move or remove it."
    )
    Path("photos/dog/7.ico").unlink()
    Image.new("RGBA", (6, 8)).save(broken)
    assert "found mode RGBA. Convert the image" in refusal("predict", bundle, "--data", "photos")
    broken.unlink()
    Path("photos/dog/loop").symlink_to(Path("photos").resolve())
    assert "expected folders in folders, found a link back" in refusal("predict", bundle, "--data", "photos")


def test_an_image_that_asks_for_a_rotation_is_told() -> None:
    bundle, exif = write_bundle(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(images(1).images[0].transpose(1, 2, 0)).save("one.jpg", exif=exif)
    _, notes = predicted(bundle, "--data", "one.jpg")
    assert notes == ["one.jpg: 1 image with an EXIF orientation, which is not applied"]


@pytest.mark.parametrize("kind", ["npz", "batches", "idx"])
def test_a_set_is_told_by_its_test_part(kind: str) -> None:
    shape = (1, 8, 6) if kind == "idx" else (3, 32, 32)
    train, test = made_up(20, 1, shape=shape), made_up(10, 2, shape=shape)
    bundle = write_bundle(shape=shape, classes=tuple("0123456789") if kind == "idx" else train.classes)
    match kind:
        case "npz":
            path = write_npz(Path("set.npz"), train, test, last=True)
        case "batches":
            path = write_python(Path("set"), train, test)
        case _:
            path = write_idx(Path("set"), train, test)
    rows, notes = predicted(bundle, "--data", str(path))
    np.testing.assert_array_equal(probabilities(rows), expected(test.images))
    assert [row["image"] for row in rows] == list("0123456789")
    assert notes[0] == f"{path}: its part for tests, 10 images"
    assert notes[1].startswith("accuracy on these 10 images: ")


def test_built_in_digits_are_a_set_without_test_part() -> None:
    bundle = write_bundle(shape=(3, 9, 9), classes=tuple("0123456789"))
    rows, notes = predicted(bundle, "--data", "builtin:digits")
    assert len(rows) == 1797
    assert notes[:3] == [
        "builtin:digits: no part for tests: all of it, 1797 images",
        "builtin:digits: 1797 images resized to 9 x 9 (height x width), bicubic",
        "builtin:digits: 1797 images converted from grey to RGB, which loses nothing",
    ]
    assert "warning: the pixels have a standard deviation of" in notes[3], "0 to 16 is not what the bundle knows"
    assert notes[4].startswith("accuracy on these 1797 images: ")


def test_names_with_commas_and_quotes_come_through_a_csv() -> None:
    bundle, made = write_bundle(), images(3)
    write_folders(Path("photos"), made)
    result = run("predict", bundle, "--data", "photos", "--out", "found.csv")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == "3 predictions: found.csv"
    header, *rows = csv.reader(io.StringIO(Path("found.csv").read_text()))
    assert header == ["image", "class", "probability", *CLASSES]
    assert [row[0] for row in rows] == ['a "b", c/1.png', "cat/0.png", "dog/2.png"]
    read = np.array([row[3:] for row in rows], np.float32)
    np.testing.assert_array_equal(read, expected(made.images[[1, 0, 2]]))
    assert [(row[1], row[2]) for row in rows] == [
        (CLASSES[best], row[3 + best]) for row, best in zip(rows, read.argmax(axis=1), strict=True)
    ]


def test_strange_names_do_not_reach_the_terminal() -> None:
    bundle = write_bundle()
    for name in ("a\x1b[2J\nb", "\udcff"):
        save(images(1).images[0], f"photos/{name}.png")
    result = run("predict", bundle, "--data", "photos", "--out", "found.csv")
    assert (result.exit_code, result.stderr) == (0, "")
    table = run("predict", bundle, "--data", "photos").stdout
    assert "\x1b" not in table
    assert len(table.splitlines()) == 3
    assert "\\x1b[2J\\nb.png" in table
    assert "\\udcff.png" in table


def test_a_network_of_the_users_own_needs_its_function() -> None:
    Path("mine.py").write_text(OWN)
    namespace: dict[str, Any] = {}
    exec(OWN, namespace)
    bundle = write_bundle(spec=CustomSpec("mine.py:net", {"width": 5}, namespace["net"]))
    data = save(images(1).images[0], "one.png")
    assert "made by mine.py:net, which the bundle does not hold; give it with --custom" in refusal(
        "predict", bundle, "--data", data
    )
    assert len(predicted(bundle, "--data", data, "--custom", "mine.py:net")[0]) == 1
    given = ("predict", bundle, "--data", data, "--custom")
    assert refusal(*given, "mine.py:nets") == "--custom: mine.py has no function 'nets'; it has net"
    assert refusal(*given, "mine.py:net", "--custom", "mine.py:net") == (
        "--custom: expected one function, which makes the bundle's network, found 2"
    )
    plain = write_bundle("plain")
    assert refusal("predict", plain, "--data", data, "--custom", "mine.py:net") == (
        "plain holds no network of the user's own: leave the function out"
    )


@pytest.mark.parametrize(
    "option", ["--with=b.csv", "--ticker=A", "--dates=auto", "--decimals=point", "--last=1", "--coverage=0.9"]
)
def test_options_for_prices_are_refused(option: str) -> None:
    name = option.partition("=")[0]
    assert refusal("predict", write_bundle(), "--data", "one.png", option) == (
        f"{name}: expected no such option with a bundle of images; leave it out"
    )


def test_wrong_sources_are_refused() -> None:
    bundle = write_bundle()
    assert refusal("predict", bundle, "--data", "none") == (
        "none: expected a file or a folder of images, found none. Check the path."
    )
    Path("empty").mkdir()
    assert refusal("predict", bundle, "--data", "empty").endswith(
        "found an empty folder. Give a folder with one set of images in it."
    )
    data = save(images(1).images[0], "one.png")
    assert refusal("predict", bundle, "--data", data, "--out", "no/such.csv") == (
        "no/such.csv cannot be written: No such file or directory; choose another --out"
    )


def test_pixels_on_another_scale_are_warned_of() -> None:
    bundle, pixels = write_bundle(), images(1).images[0]
    assert predicted(bundle, "--data", save(pixels, "same.png"))[1] == []
    for name, strange in (("darker", pixels // 16), ("black", np.zeros_like(pixels))):
        (warning,) = predicted(bundle, "--data", save(strange, f"{name}.png"))[1]
        assert warning.startswith(f"{name}.png: warning: the pixels have a standard deviation of")
        assert "those that the network was trained on one of 51; bring them to the same scale" in warning
