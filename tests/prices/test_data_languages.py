"""Exports in other languages and encodings: the words of vendors, and the bytes that they are written in."""

import subprocess
import sys
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import DataError
from tunewright.prices.data.names import match, meaning
from tunewright.prices.data.options import ReadingOptions
from tunewright.prices.data.read import read_price_bytes
from tunewright.prices.data.titles import ENGLISH, TABLES
from tunewright.prices.data.wide import value_columns

pytestmark = pytest.mark.usefixtures("unseen_stills")

ROWS = "\n2021-03-01,10.0,11.2,9.9,11.0,500\n2021-03-02,11.0,11.9,10.8,11.5,450\n"
HEADERS: Mapping[str, tuple[str, str]] = {
    "Sina, East Money": ("日期,开盘,最高,最低,收盘,成交量", "gb18030"),
    "NetEase": ("日期,开盘价,最高价,最低价,收盘价,成交量", "gbk"),
    "Investing.com, Chinese": ("日期,开盘,高,低,收盘,交易量", "gb18030"),
    "TWSE": ("日期,開盤價,最高價,最低價,收盤價,成交股數", "big5"),
    "Investing.com, Hong Kong": ("日期,開市,高,低,收市,成交量", "big5"),
    "Nikkei": ("データ日付,始値,高値,安値,終値,出来高", "shift-jis"),
    "Yahoo Japan": ("日付,始値,高値,安値,終値,出来高", "cp932"),
    "KRX": ("일자,시가,고가,저가,종가,거래량", "cp949"),
    "Korean broker": ("일자,시가,고가,저가,현재가,거래량", "cp949"),
    "Investing.com, Korean": ("날짜,오픈,고가,저가,종가,거래량", "cp949"),
    "Investing.com, Russian": ("Дата,Откр.,Макс.,Мин.,Цена,Объём", "cp1251"),
    "MOEX": ("Дата торгов,Цена открытия,Максимальная цена,Минимальная цена,Цена закрытия,Объем торгов", "cp1251"),
    "Investing.com, Turkish": ("Tarih,Açılış,Yüksek,Düşük,Şimdi,Hac.", "cp1254"),
    "Stooq": ("Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen", "ascii"),
    "Investing.com, Polish": ("Data,Otwarcie,Max.,Min.,Ostatnio,Wol.", "ascii"),
    "Polish broker": ("Data,Otwarcie,Najwyższy,Najniższy,Zamknięcie,Wolumen", "cp1250"),
    "cafef": ("Ngày,Giá mở cửa,Giá cao nhất,Giá thấp nhất,Giá đóng cửa,Khối lượng", "utf-8"),
    "Investing.com, Vietnamese": ("Ngày,Mở,Cao,Thấp,Lần cuối,KL", "utf-8"),
    "ariva": ("Datum,Erster,Hoch,Tief,Schlusskurs,Stuecke", "ascii"),
    "German": ("Datum,Eröffnung,Höchst,Tiefst,Schluß,Stück", "cp1252"),
    "French": ("Jour,Ouverture,+ haut,+ bas,Clôture,Volumes", "cp1252"),
    "Spanish": ("Fecha,Apertura,Precio máximo,Precio mínimo,Cierre,Volumen", "cp1252"),
    "Portuguese": ("Data do pregão,Preço de abertura,Máxima,Mínima,Fechamento,Quantidade", "cp1252"),
    "Italian": ("Data,Apertura,Massimo,Minimo,Chiusura,Volumi", "ascii"),
}
BODY = {
    "gb18030": ("贵州茅台", "中国平安", "招商银行"),
    "cp932": ("トヨタ自動車", "ソニー", "任天堂"),
    "cp949": ("삼성전자", "현대차", "네이버"),
    "cp1251": ("Сбербанк", "Газпром", "Лукойл"),
    "cp1252": ("Société Générale", "Hermès", "Süd-Zucker"),
}


@pytest.mark.parametrize("vendor", HEADERS)
def test_exports_of_any_language_are_read_in_their_own_encoding_too(vendor: str) -> None:
    header, encoding = HEADERS[vendor]
    for written in ("utf-8", "utf-16", encoding):
        table, card = read_price_bytes((header + ROWS).encode(written), "p.csv")
        assert {name: column.tolist() for name, column in table.columns.items()} == {
            "open": [10.0, 11.0], "high": [11.2, 11.9], "low": [9.9, 10.8], "close": [11.0, 11.5],
            "volume": [500.0, 450.0],
        }  # fmt: skip
        assert (card.last, card.warnings) == ("2021-03-02", ())


@settings(max_examples=100, deadline=None)
@given(table=st.sampled_from(TABLES), data=st.data())
def test_every_title_of_a_table_means_what_it_stands_under(table: Mapping[str, str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(table)))
    title = data.draw(st.sampled_from(table[name].split(", ")))
    found = [
        meaning(title),
        meaning(f"<{title.upper()}>") if title.isascii() else meaning(f" {title} "),
        meaning(f"{title}*"),
    ]
    assert {one[0] for one in found if one} == {name}
    assert None not in found


def test_no_title_means_two_things() -> None:
    meanings = {(title, name) for table in TABLES for name, titles in table.items() for title in titles.split(", ")}
    assert len(meanings) == len({title for title, _ in meanings})
    assert {name for table in TABLES for name in table} <= ENGLISH.keys()


@settings(max_examples=100, deadline=None)
@given(tickers=st.lists(st.from_regex(r"[A-Z]{1,2}", fullmatch=True), min_size=2, max_size=6, unique=True))
def test_words_of_two_letters_are_tickers_in_a_table_of_tickers(tickers: list[str]) -> None:
    titles = ["Date", *tickers]
    found, twice = match(titles)
    below = [(line, ["2021-03-01", *("1.5" for _ in tickers)]) for line in (2, 3)]
    assert twice is None
    assert value_columns(titles, found, below) == list(range(1, len(titles)))


@pytest.mark.parametrize("encoding", BODY)
def test_an_encoding_is_told_by_names_below_a_header_in_english(encoding: str) -> None:
    names = BODY[encoding]
    rows = "".join(f"2021-03-{day:02},{day},{name}\n" for day in range(1, 29) for name in names)
    data = ("Date,Close,Name\n" + rows).encode(encoding)
    assert read_price_bytes(data, "p.csv", ReadingOptions(ticker=names[1]))[1].ticker == names[1]


def test_messages_show_what_a_file_says_and_no_mojibake() -> None:
    with pytest.raises(DataError, match="found '日期', '开盘', '涨跌幅'"):
        read_price_bytes("日期,开盘,涨跌幅\n2021-03-01,1,2\n".encode("gbk"), "p.csv")
    assert read_price_bytes((HEADERS["KRX"][0] + ROWS).encode("cp949"), "p.csv")[1].format.startswith(
        "comma-separated CP949"
    )


def test_a_file_in_utf_8_loads_no_detector() -> None:
    code = (
        "import sys; from tunewright.prices.data.read import read_price_bytes; "
        "read_price_bytes('Datum,Schluß\\n2021-03-01,1\\n2021-03-02,2\\n'.encode(), 'p'); "
        "print('charset_normalizer' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
