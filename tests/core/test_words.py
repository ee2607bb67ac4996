"""Text from outside in messages: on one line, bounded, and nothing that a terminal would obey."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.core.words import cell, duration, harmless, one_line, reason, told

anything = st.text(st.characters())


@given(anything)
def test_no_text_makes_a_terminal_obey(text: str) -> None:
    safe = harmless(text)
    assert all(one == "\n" or unicodedata.category(one) not in ("Cc", "Cs") for one in safe)
    assert harmless(safe) == safe
    safe.encode()


@given(anything, st.integers(0, 3))
def test_a_line_is_one_line_and_bounded(text: str, more: int) -> None:
    line = one_line(text + "x" * 10**more)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 300 * 10


def test_words_in_any_script_stay() -> None:
    text = "Überschrift 日本語 עברית \N{ZERO WIDTH NON-JOINER}"
    assert harmless(text) == text
    assert harmless("\x1b[31m\u202e\ud800") == "\\x1b[31m\\u202e\\ud800"


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Mute(), "Mute"),
        (ValueError(), "ValueError"),
        (KeyError("a"), "KeyError: 'a'"),
        (ValueError("a\n  b\x07"), "ValueError: a b\\x07"),
        (ValueError("x" * 5_000_000), "ValueError: " + "x" * 285 + "..."),
    ],
)
def test_exceptions_of_any_kind_are_told(error: Exception, line: str) -> None:
    assert told(error) == line


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", " =1", "\t=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-2.5", "+1e3", "cat", "", "a=b", "images/-1.png"])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(
    ("error", "text"), [(ValueError("a\n b"), "a b"), (ValueError(), "ValueError"), (Mute(), "Mute")]
)
def test_the_reason_is_the_text_or_the_type(error: Exception, text: str) -> None:
    assert reason(error) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (9.96, "10 s"), (4.52, "4.5 s"), (59.7, "1 min 0 s"), (131, "2 min 11 s"), (3599.6, "1 h 0 min")],
)
def test_a_duration_never_shows_sixty_of_anything(seconds: float, text: str) -> None:
    assert duration(seconds) == text
