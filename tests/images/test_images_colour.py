"""Image files of other formats and modes: brought to one mode where that is asked for, else told all at once."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cli_helpers import refusal as said
from cli_helpers import run, run_well
from image_writers import made_up, write_folders
from tunewright.core.errors import DataError
from tunewright.images.bundle.bundle import ImageBundle, load_image_bundle, save_image_bundle
from tunewright.images.data.colour import in_colour
from tunewright.images.data.names import COLOURS, ColourName
from tunewright.images.data.read import read_images
from tunewright.images.families.cnn import CNNSpec
from tunewright.images.families.network import Network
from tunewright.images.preparation.normalise import Normalisation
from tunewright.images.training.classifier import Classifier

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def save(mode: str, path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (4, 4)).save(path)


def refusal(source: str) -> str:
    with pytest.raises(DataError) as caught:
        read_images(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("ending", ["bmp", "webp", "tiff", "gif", "png"])
def test_formats_without_loss_are_the_same_set(ending: str) -> None:
    shape = (1, 6, 5) if ending in ("png", "bmp", "tiff") else (3, 6, 5)
    images = made_up(4, 1, shape=shape, classes=2)
    if ending == "gif":  # 256 colours at most
        images = type(images)(np.repeat(images.images[:, :1], 3, axis=1), images.labels, images.classes)
    for number, (pixels, label) in enumerate(zip(images.images, images.labels, strict=True)):
        path = Path("set", images.classes[label], f"{number}.{ending}")
        path.parent.mkdir(parents=True, exist_ok=True)
        options = {"lossless": True} if ending == "webp" else {}
        image = Image.fromarray(pixels.transpose(1, 2, 0).squeeze())
        (image.quantize() if ending == "gif" else image).save(path, **options)  # type: ignore[arg-type]
    read = read_images("set")[0]
    assert read.shape == shape
    order = np.argsort(images.labels, kind="stable")
    np.testing.assert_array_equal(read.images, images.images[order])


def test_the_first_frame_of_a_gif() -> None:
    frames = [Image.new("RGB", (4, 4), (shade,) * 3) for shade in (10, 200)]
    Path("set/a").mkdir(parents=True)
    frames[0].save("set/a/1.gif", save_all=True, append_images=frames[1:])
    assert set(read_images("set")[0].images.ravel().tolist()) == {10}


@given(st.sampled_from(MODES), st.sampled_from(COLOURS), st.integers(0, 2**32 - 1))
def test_any_mode_becomes_the_one_asked_for(mode: str, colour: ColourName, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), np.uint8)
    image = Image.fromarray(values)
    made = Image.fromarray(values[..., 0].astype(np.uint16) << 8) if mode == "I;16" else _in_mode(image, mode)
    brought = in_colour(made, colour)
    assert brought.mode == ("RGB" if colour == "rgb" else "L")
    assert in_colour(brought, colour) is brought
    if mode == "I;16":
        np.testing.assert_array_equal(np.asarray(in_colour(made, "grey")), values[..., 0])
    if mode in ("RGB", "RGBA"):
        np.testing.assert_array_equal(np.asarray(in_colour(made, "rgb")), values)


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    if mode != "LAB":
        return image.convert(mode)
    return Image.merge("LAB", image.split())


def test_mixed_modes_are_told_all_at_once_and_brought_to_one() -> None:
    for number, mode in enumerate(("RGB", "L", "RGBA", "LA", "I;16")):
        save(mode, f"set/a/{number}.png")
    save("CMYK", "set/b/1.jpg")
    assert refusal("set") == (
        "set: expected mode RGB as in the first image and grey or RGB with 8 bits and no transparency, found 5 that "
        "differ (a/1.png: L; a/2.png: mode RGBA; a/3.png: mode LA; a/4.png: mode I;16; b/1.jpg: mode CMYK). Convert "
        'the image, or state colour = "rgb" or "grey".'
    )
    train, _, card = read_images("set", colour="rgb")
    assert train.shape == (3, 4, 4)
    assert card.reading == (
        "brought to RGB, without transparency and with 8 bits, images of mode: CMYK 1, I;16 1, L 1, LA 1, RGBA 1",
    )
    assert read_images("set", colour="grey")[0].shape == (1, 4, 4)
    assert "1 channel," in run_well("data", "set", "--colour", "grey")
    assert said("data", "set", "--colour", "blue") == "colour: expected rgb or grey, found 'blue'. Correct it."


def test_of_many_odd_images_some_are_named() -> None:
    for number in range(20):
        save("RGBA", f"set/a/{number}.png")
    assert "found 20 that differ (a/0.png: mode RGBA; " in refusal("set")
    assert "a/11.png: mode RGBA, and 8 more). " in refusal("set")


def test_a_set_that_is_alike_stays_as_it_is() -> None:
    write_folders(Path("set"), made_up(6, 1, classes=2))
    plain, brought = read_images("set"), read_images("set", colour="rgb")
    assert plain[0] == brought[0]
    assert plain[2] == brought[2]


def test_a_bundle_brings_new_images_to_its_colour() -> None:
    network = Network(CNNSpec((4, 4), (0, 0)), (1, 8, 8), 2)
    classifier = Classifier(network.build(), Normalisation((0.5,), (0.2,)))
    for name, colour in (("plain", None), ("grey", "grey")):
        save_image_bundle(Path(name), ImageBundle(network, classifier, ("a", "b"), {}, colour))  # type: ignore[arg-type]
        assert load_image_bundle(Path(name)).colour == colour
    assert "colour" not in json.loads(Path("plain/bundle.json").read_text())
    pixels = made_up(1, 1, shape=(3, 8, 8)).images[0]
    for name, mode in (("one", "RGBA"), ("two", "RGB")):
        Image.fromarray(pixels.transpose(1, 2, 0)).convert(mode).save(f"{name}.png")
    tables = [run("predict", "grey", "--data", f"{name}.png", "--json") for name in ("one", "two")]
    first, second = (json.loads(table.stdout)[0]["probabilities"] for table in tables)
    assert first == second
    assert "brought to grey, without transparency and with 8 bits, images of mode: RGBA 1" in tables[0].stderr
    assert "found mode RGBA" in said("predict", "plain", "--data", "one.png")


def _png(width: int, height: int) -> bytes:
    """A PNG that promises this size, and holds next to nothing."""
    parts = [
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"0")),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("ending", ["png", "bmp", "gif", "tiff", "webp"])
def test_an_image_that_promises_too_much_is_refused_unread(ending: str) -> None:
    save("RGB", "set/a/1.png")
    if ending == "png":
        Path("set/a/2.png").write_bytes(_png(100_000, 100_000))
    else:
        save("L" if ending != "webp" else "RGB", f"set/a/2.{ending}")
        data = Path(f"set/a/2.{ending}").read_bytes()
        Path(f"set/a/2.{ending}").write_bytes(data[: max(20, len(data) // 2)])
    message = refusal("set")
    assert message.startswith(f"set/a/2.{ending}: expected a whole PNG, JPEG, BMP, GIF, WebP or TIFF, found a damaged")
    assert ending != "png" or "decompression bomb" in message


def test_names_reach_the_terminal_without_control_characters() -> None:
    for name in ("a\x1b[2J", "<b>"):
        Path("set", name).mkdir(parents=True)
        save("RGB", f"set/{name}/1.png")
    Path("set/n\x1b[1m.txt").write_text("x")
    card = run_well("data", "set")
    assert "\x1b" not in card
    assert "a\\x1b[2J 1" in card
    save("RGBA", "set/a\x1b[2J/2.png")
    assert "\x1b" not in said("data", "set")
