"""Lines on a terminal break between words, whatever its width; nothing of a text is lost."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.cli.saying import others_aside, say, wrapped

words = st.lists(st.text("abc-/.", min_size=1, max_size=15), min_size=1, max_size=30).map(" ".join)


@given(words, st.integers(20, 200))
def test_lines_break_at_words_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = wrapped(text, columns).split("\n")
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= columns for line in lines)


def test_what_a_label_begins_goes_on_below_its_text() -> None:
    assert wrapped("close     adj_close, as the file says so in its own words", 40) == (
        "close     adj_close, as the file says so\n          in its own words"
    )
    assert wrapped("a line\n\nanother", 80) == "a line\n\nanother"


def test_what_others_print_meanwhile_goes_aside(capfd: pytest.CaptureFixture[str]) -> None:
    with others_aside(active=True):
        print("mine")
        os.write(1, b"a worker's\n")
    with others_aside(active=False):
        say("the answer")
    out, err = capfd.readouterr()
    assert out == "the answer\n"
    assert sorted(err.splitlines()) == ["a worker's", "mine"]
