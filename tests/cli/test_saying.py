"""Lines on a terminal break between words, whatever its width; nothing of a text is lost."""

from hypothesis import given
from hypothesis import strategies as st

from tunewright.cli.saying import wrapped

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
