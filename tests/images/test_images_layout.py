"""Which files are which class in which part: names of parts, folders, tables of labels, and what is refused."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from image_writers import made_up, write_folders
from tunewright.core.errors import DataError
from tunewright.images.data.parts import is_no_class, part_of
from tunewright.images.data.read import read_images

ADVICE = (
    "folders that have the names of parts are no classes. Put each class into a folder of its own, or a CSV beside "
    "them with the images' names and a column 'label'; if the folders are the classes, state labels = \"folders\"."
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def save(*paths: str) -> None:
    """An image for each path, all of them different."""
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        shade = 1 + sum(path.encode()) % 200
        Image.fromarray(np.full((4, 4, 3), shade, np.uint8)).save(path)


def table(path: str, *rows: tuple[str, ...], delimiter: str = ",") -> None:
    with Path(path).open("w", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)


def refusal(source: str = "set", labels: str | None = None) -> str:
    with pytest.raises(DataError) as caught:
        read_images(source, labels=labels)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def counts(source: str = "set", labels: str | None = None) -> tuple[dict[str, int], dict[str, int] | None]:
    """Images per class, of the training and of the test part."""
    card = read_images(source, labels=labels)[2]
    train = dict(zip(card.classes, card.train, strict=True))
    return train, None if card.test is None else dict(zip(card.classes, card.test, strict=True))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        *((name, "train") for name in ("train", "TRAIN", "training_set", "Training", "seg_train", "TrainData")),
        *((name, "train") for name in ("trainLabels.csv", "train_labels.csv", "train-images", "trainset", "train1")),
        *((name, "test") for name in ("test", "Testing", "seg_test", "test_data", "test1")),
        *((name, "validation") for name in ("val", "valid", "validation_set", "dev")),
        *((name, None) for name in ("cat", "7", "freight train", "trainer", "latest", "labels.csv", "", "set", "猫")),
    ],
)
def test_names_of_parts(name: str, part: str | None) -> None:
    assert part_of(name) == part


def test_places_of_images_are_no_classes() -> None:
    assert all(map(is_no_class, ("images", "images_part_1", "img", "labels", "valid", "test")))
    assert not any(map(is_no_class, ("cat", "1", "data", "set", "image quality", "猫", "")))


def test_parts_with_images_in_them_are_refused() -> None:
    save("set/train/a.png", "set/train/b.png", "set/test/c.png")
    assert refusal() == (
        "set: expected a folder for each class, or a table of labels, found 'test' (1 image), 'train' (2 images), "
        f"without labels; {ADVICE}"
    )
    assert counts(labels="folders") == ({"test": 1, "train": 2}, None)


@pytest.mark.parametrize(
    "paths",
    [
        ("set/cat/1.png", "set/dog/1.png", "set/test/1.png"),
        ("set/cat/1.png", "set/test/cat/1.png"),
        ("set/1.png", "set/2.png"),
        ("set/images/1.png", "set/images/2.png"),
        ("set/train/train/1.png", "set/test1/test1/1.png"),
        ("set/train/images/1.png", "set/train/masks/1.png", "set/train/labels/2.png"),
        ("set/Testing/1.png",),
    ],
)
def test_what_is_no_class_is_never_taken_for_one(paths: tuple[str, ...]) -> None:
    save(*paths)
    assert "expected a folder for each class, or a table of labels" in refusal()


def test_labels_of_a_table_beside_the_parts() -> None:
    save("set/train/a.png", "set/train/b.png", "set/test/c.png")
    table("set/labels.csv", ("id", "label"), ("a", "cat"), ("b", "dog"))
    train, test, card = read_images("set")
    assert test is None
    assert (train.classes, train.labels.tolist()) == (("cat", "dog"), [0, 1])
    assert card.format == "labels in a table"
    assert card.reading == (
        "labels of 'labels.csv': images by 'id', classes by 'label'",
        "left out 1 image of the test part, which have no labels",
    )


def test_labels_of_the_training_part_alone_do_not_name_the_test() -> None:
    save("set/train/1.png", "set/train/2.png", "set/test/1.png", "set/test/2.png")
    table("set/trainLabels.csv", ("id", "label"), ("1", "cat"), ("2", "dog"))
    table("set/sampleSubmission.csv", ("id", "label"), ("1", "cat"), ("2", "cat"))
    assert counts() == ({"cat": 1, "dog": 1}, None)
    table("set/test.csv", ("id", "label"), ("1", "dog"), ("2", "cat"))
    assert counts() == ({"cat": 1, "dog": 1}, {"cat": 1, "dog": 1})
    Path("set/trainLabels.csv").rename("set/labels.csv")
    Path("set/test.csv").unlink()
    assert refusal() == (
        "set/labels.csv: expected names that mean one image each, found '1' for 'set/test/1.png', 'set/train/1.png'. "
        "Write the folder in front, or name the table after its part, such as train_labels.csv."
    )
    table("set/labels.csv", ("id", "label"), ("train/1.png", "cat"), ("train/2.png", "dog"))
    assert counts() == ({"cat": 1, "dog": 1}, None)


@given(
    st.lists(st.sampled_from("abc"), min_size=2, max_size=12),
    st.sampled_from(["{}", "{}.png", "images/{}", "images/{}.png", "./images/{}.png", "D:\\data\\images\\{}.png"]),
    st.sampled_from(",;\t|"),
    st.booleans(),
    st.booleans(),
)
def test_tables_of_any_form(labels: list[str], form: str, delimiter: str, titles: bool, swapped: bool) -> None:
    for number in range(len(labels)):
        path = f"set/images/{number}.png"
        if not Path(path).exists():
            save(path)
    for image in Path("set/images").iterdir():
        if int(image.stem) >= len(labels):
            image.unlink()
    rows = [(form.format(number), label) for number, label in enumerate(labels)]
    rows = [("name", "kind")] * titles + rows
    table("set/list.csv", *(row[::-1] if swapped else row for row in rows), delimiter=delimiter)
    train = read_images("set")[0]
    assert [train.classes[label] for label in train.labels] == labels


def test_tables_that_do_not_tell_are_refused() -> None:
    save("set/1.png", "set/2.png")
    table("set/a.csv", ("id", "x", "y"), ("1", "3", "4"), ("2", "5", "6"))
    assert refusal() == (
        "set/a.csv: expected one column of classes beside 'id', which names the images, or one titled 'label' or "
        "'class', found 'x', 'y'. Call the column of classes 'label'."
    )
    table("set/b.csv", ("id", "label"), ("1", "cat"))
    assert refusal() == (
        "set: expected a label for each of 2 images, found none for '2.png'. Add them to the table, or remove the "
        "images."
    )
    table("set/b.csv", ("id", "label"), ("1", "cat"), ("2", "dog"), ("1", "dog"))
    assert "b.csv: expected one class for each image, found 'cat' and 'dog' for '1'" in refusal(labels="b.csv")
    table("set/b.csv", ("id", "label"), ("1", "cat"), ("2", "dog"), ("3", "dog"))
    assert read_images("set")[2].reading == (
        "labels of 'b.csv': images by 'id', classes by 'label'; 1 row of no image, or without a label",
        "left out 'a.csv'",
    )
    table("set/c.csv", ("id", "label"), ("1", "dog"), ("2", "dog"))
    assert "State the right table with labels." in refusal()
    assert counts(labels="c.csv") == ({"dog": 2}, None)
    assert refusal(labels="d.csv") == "set/d.csv: expected a table of labels, found none. Correct labels."
    table("set/d.csv", ("id", "label"), ("x", "dog"))
    assert refusal(labels="d.csv").endswith("found no image's name. Correct the table, or labels.")
    Path("set/d.csv").write_bytes("id,label\n1,Hündin\n".encode("latin-1"))
    assert refusal(labels="d.csv") == ("set/d.csv: expected text in UTF-8, found another encoding. Save it as UTF-8.")


def test_a_column_that_differs_for_every_image_tells_no_classes() -> None:
    save(*(f"set/{number}.png" for number in range(10)))
    table("set/a.csv", ("id", "url"), *((str(number), f"at {number}") for number in range(10)))
    assert refusal() == (
        "set: expected classes with several images, found a class of its own for each of 10 by labels of 'a.csv': "
        "images by 'id', classes by 'url'. Call the column of classes 'label'."
    )
    table("set/a.csv", ("id", "kind"), *((str(number), "two\nlines") for number in range(10)), ("11",))
    assert read_images("set")[0].classes == ("two\nlines",)
    assert "; 1 row of no image, or without a label" in read_images("set")[2].reading[0]


@pytest.mark.parametrize(
    ("train", "test"),
    [("training_set", "test_set"), ("Training", "Testing"), ("seg_train/seg_train", "seg_test/seg_test")],
)
def test_usual_names_of_parts(train: str, test: str) -> None:
    write_folders(Path("usual", train), made_up(4, 1, classes=2))
    write_folders(Path("usual", test), made_up(2, 2, classes=2))
    save("usual/seg_pred/seg_pred/1.png")
    write_folders(Path("plain/train"), made_up(4, 1, classes=2))
    write_folders(Path("plain/test"), made_up(2, 2, classes=2))
    usual, plain = read_images("usual"), read_images("plain")
    assert usual[:2] == plain[:2]
    assert usual[2].reading == ("left out 'seg_pred'",)


def test_two_folders_of_one_part_are_refused() -> None:
    save("set/training/a/1.png", "set/train_data/a/1.png")
    assert refusal() == (
        "set: expected one folder for the train part, found 'train_data', 'training'. Put them together, or call the "
        "right one 'train'."
    )


def test_images_anywhere_below_a_class() -> None:
    save("set/cat/1.png", "set/cat/more/deep/2.png", "set/dog/a/1.png", "set/dog/b/1.png")
    assert counts() == ({"cat": 2, "dog": 2}, None)
    Path("set/dog/b/x.txt").write_text("no")
    Path("set/dog/y.png").write_bytes(b"")
    assert refusal() == (
        "set: expected image files only, found 2 other files: 'dog/y.png, which is empty', 'dog/b/x.txt'. Move or "
        "remove them."
    )
