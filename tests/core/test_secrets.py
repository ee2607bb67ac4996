"""Storage URLs and command lines as they may be shown: whatever a password is made of, and however it is mistyped."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.core.secrets import (
    MASK,
    cause_without_secrets,
    command_without_secrets,
    text_without_secrets,
    without_secrets,
)

SECRET = "xQzVk"
"""What stands in every password below, and nowhere else."""
odd = st.text(st.sampled_from("@/:?#%&=+ .5aß\"'\\|*\u00a0"), max_size=4)
passwords = st.builds(lambda before, after: f"{before}{SECRET}{after}", odd, odd)
schemes = st.sampled_from(["postgresql", "postgres", "mysql+pymysql", "postgresql+psycopg", "sqlite", "", "frob", "1x"])
marks = st.sampled_from(["://", "//", ":/", ":", ":///", " ://", ":// "])
places = st.sampled_from(["h/d", "h:5432/d", "h", "[::1]/d", "h:port/d", "", "/d?x=1"])
users = st.sampled_from(["u", "", "u v", "ü"])


@st.composite
def urls(draw: st.DrawFn) -> str:
    password = draw(passwords)
    told = quote(password, safe="") if draw(st.booleans()) else password
    scheme, mark, place = draw(schemes), draw(marks), draw(places)
    if draw(st.booleans()):
        return f"{scheme}{mark}{draw(users)}:{told}@{place}"
    return f"{scheme}{mark}{place}?{draw(st.sampled_from(['password', 'sslkey', 'x']))}={told}"


@given(urls())
def test_no_password_is_shown(url: str) -> None:
    assert SECRET not in without_secrets(url)


@given(urls(), st.booleans())
def test_no_password_is_written_into_a_command(url: str, one_word: bool) -> None:
    words = [f"--storage={url}"] if one_word else ["--storage", url]
    shown = command_without_secrets(["tune", "x.toml", *words, "--seed", "1"])
    assert SECRET not in " ".join(shown)
    assert (shown[:2], shown[-2:]) == (["tune", "x.toml"], ["--seed", "1"])


@given(urls())
def test_what_a_library_says_tells_no_password(url: str) -> None:
    for said in (f"cannot parse {url!r}", f"no host {url.rpartition('@')[0].partition(SECRET)[2]!r} {url}"):
        assert SECRET not in cause_without_secrets(said, url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///here/study.db", "sqlite:///here/study.db"),
        ("sqlite:////home/me@work/study.db?mode=ro", "sqlite:////home/me@work/study.db"),
        ("postgresql+psycopg://me:secret@host:5432/studies", f"postgresql+psycopg://me:{MASK}@host:5432/studies"),
        ("mysql://host/studies?ssl_key=secret", "mysql://host/studies"),
        ("postgresql://me:se@cret@host/studies", MASK),
        ("postgresql://me:se/cret@host/studies", MASK),
        ("postgres//me:secret@host/studies", MASK),
        ("postgresql://host:port/studies", MASK),
    ],
)
def test_the_rest_is_shown_where_its_parts_are_plain(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


options = st.sampled_from(
    ["--password", "--db-password", "--api_key", "--token", "-pwd", "--my.Secret", "--PASSPHRASE"]
)


@given(options, st.booleans(), st.sampled_from(["", "-"]))
def test_no_secret_of_a_users_own_program_is_written(option: str, one_word: bool, begins: str) -> None:
    words = [f"{option}={SECRET}"] if one_word else [option, begins + SECRET]
    shown = command_without_secrets(["fit.py", *words, "--seed", "1"])
    assert SECRET not in " ".join(shown)
    assert (shown[0], shown[-2:]) == ("fit.py", ["--seed", "1"])


def test_an_option_after_one_without_a_value_stays() -> None:
    words = ["fit.py", "--token", "--seed", "1", "--keyboard", "de", "--bypass", "x", "tune", "key"]
    assert command_without_secrets(words) == words


def test_other_arguments_stay() -> None:
    words = ["tune", "x.toml", "--set", "a=1", "--data", "builtin:sp500", "--out=run"]
    assert command_without_secrets(words) == words
    assert text_without_secrets("no such option: --storag") == "no such option: --storag"
    assert text_without_secrets("unexpected extra argument (postgres//u:secret@h/d); see") == (
        f"unexpected extra argument ({MASK}"
    )
