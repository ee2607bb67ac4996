"""The words that sources write above their columns, by language; of several in one header the earlier one is taken."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "date": "date, dates, trade date, trading date, datetime, date time, timestamp, day, observation date, "
    "exchange date, gmt time, local time, open time, start time, snapped at, unix, unix timestamp, epoch",
    "open": "open, open price, opening price",
    "high": "high, high price, day high, maximum, max",
    "low": "low, low price, day low, minimum, min",
    "close": "close, close/last, close price, closing price, closing value, price, last, last price",
    "adj_close": "adj close, adjclose, adjusted close, adj close price, adjusted closing price, adjusted",
    "volume": "volume, vol, total trade quantity, total volume, shares traded, total traded quantity, "
    "number of shares, tickvol, tick volume",
    "ticker": "ticker, symbol, tic, stock, stock symbol, index code, ts code, instrument",
    "split": "stock splits, split coefficient, splitratio, split ratio, splitfactor, split factor",
}
VENDORS = {  # Bloomberg, Compustat, CRSP, the exchanges of India and Moscow, MetaTrader
    "date": "dtyyyymmdd, tradedate, traddt, datadate",
    "open": "px open, prcod, openprc, opnpric",
    "high": "px high, prchd, askhi, hghpric",
    "low": "px low, prcld, bidlo, lwpric",
    "close": "px last, prccd, prc, clspric",
    "volume": "px volume, cshtrd, ttltradgvol, tottrdqty",
    "ticker": "permno, secid, tckrsymb",
}
_GERMAN = {
    "date": "datum, handelstag",
    "open": "eröffnung, eroffnung, eröffn, eröffnungskurs, erster",
    "high": "hoch, tageshoch, höchst, höchstkurs",
    "low": "tief, tagestief, tiefst, tiefstkurs",
    "close": "schluss, schlusskurs, schluß, schlußkurs, zuletzt, letzter, kurs",
    "volume": "stück, stücke, stuecke, volumen, umsatz",
    "ticker": "kürzel",
}
_FRENCH = {
    "date": "jour, séance",
    "open": "ouverture, ouv, cours d ouverture",
    "high": "haut, plus haut, + haut",
    "low": "bas, plus bas, + bas",
    "close": "clôture, cloture, cours de clôture, dernier, dernier cours",
    "volume": "volumes, quantité, quantité échangée",
}
_SPANISH = {
    "date": "fecha",
    "open": "apertura, precio de apertura",
    "high": "máximo, maximo, alto, precio máximo",
    "low": "mínimo, minimo, bajo, precio mínimo",
    "close": "cierre, precio de cierre, último, ultimo",
    "adj_close": "cierre ajustado",
    "volume": "títulos",
    "ticker": "símbolo, simbolo",
}
_PORTUGUESE = {
    "date": "data, data do pregão",
    "open": "abertura, preço de abertura",
    "high": "máxima, maxima, preço máximo",
    "low": "mínima, minima, preço mínimo",
    "close": "fechamento, preço de fechamento, fecho",
    "adj_close": "fechamento ajustado",
    "volume": "quantidade",
    "ticker": "código, codigo, papel",
}
_ITALIAN = {
    "open": "prezzo di apertura, prezzo apertura",
    "high": "massimo, prezzo massimo",
    "low": "prezzo minimo",
    "close": "chiusura, prezzo di chiusura, prezzo chiusura, prezzo",
    "volume": "volumi, quantità",
}
_POLISH = {
    "open": "otwarcie, kurs otwarcia",
    "high": "najwyższy, najwyzszy, kurs maksymalny",
    "low": "najniższy, najnizszy, kurs minimalny",
    "close": "zamknięcie, zamkniecie, kurs zamknięcia, ostatnio",
    "volume": "wolumen, wol",
    "ticker": "nazwa",
}
_TURKISH = {
    "date": "tarih",
    "open": "açılış, açiliş, acilis",
    "high": "yüksek, yuksek, en yüksek",
    "low": "düşük, dusuk, en düşük",
    "close": "kapanış, kapaniş, kapanis, şimdi, simdi, son",
    "adj_close": "düzeltilmiş kapanış",
    "volume": "hacim, hac",
    "ticker": "sembol",
}
_RUSSIAN = {
    "date": "дата, дата торгов, время",
    "open": "открытие, откр, цена открытия, первая",
    "high": "максимум, макс, максимальная цена, цена макс",
    "low": "минимум, мин, минимальная цена, цена мин",
    "close": "закрытие, закр, цена закрытия, цена, последняя, посл",
    "volume": "объём, объем, объём торгов, объем торгов, об",
    "ticker": "тикер, код инструмента, инструмент",
}
_VIETNAMESE = {
    "date": "ngày, ngày giao dịch",
    "open": "mở, mở cửa, giá mở cửa",
    "high": "cao, cao nhất, giá cao nhất",
    "low": "thấp, thấp nhất, giá thấp nhất",
    "close": "đóng cửa, giá đóng cửa, lần cuối",
    "adj_close": "giá điều chỉnh, điều chỉnh",
    "volume": "khối lượng, kl, klgd, kl khớp lệnh, khối lượng khớp lệnh, gd khớp lệnh",
    "ticker": "mã, mã ck, mã chứng khoán",
}
_CHINESE = {
    "date": "日期, 交易日期, 交易日, 交易时间, 时间, 年月日, 交易時間, 時間",
    "open": "开盘价, 开盘, 今开, 開盤價, 開盤, 開市價, 開市",
    "high": "最高价, 最高, 最高價, 高",
    "low": "最低价, 最低, 最低價, 低",
    "close": "收盘价, 收盘, 最新价, 现价, 收盤價, 收盤, 收市價, 收市, 成交價",
    "adj_close": "调整收盘价, 复权收盘价, 前复权收盘价, 后复权收盘价, 調整收盤價, 調整後收盤價, 還原收盤價",
    "volume": "成交量, 交易量, 总手, 成交股數, 成交數量",
    "ticker": "股票代码, 证券代码, 指数代码, 代码, 股票代號, 證券代號, 股票代碼, 證券代碼, 代號, 代碼, 名称, 名稱",
}
_JAPANESE = {
    "date": "日付, データ日付, 日付け, 日時",
    "open": "始値, 寄付",
    "high": "高値",
    "low": "安値",
    "close": "終値, 現在値",
    "adj_close": "調整後終値, 調整終値, 修正後終値",
    "volume": "出来高, 売買高",
    "ticker": "銘柄コード, 証券コード, コード, 銘柄",
}
_KOREAN = {
    "date": "일자, 날짜, 거래일, 기준일, 일시",
    "open": "시가, 오픈, 시작가",
    "high": "고가",
    "low": "저가",
    "close": "종가, 현재가, 체결가",
    "adj_close": "수정종가, 수정주가",
    "volume": "거래량",
    "ticker": "종목코드, 단축코드, 종목, 종목명",
}
_WEAK = {"date": "time", "close": "value, nav", "ticker": "name"}
TABLES: tuple[Mapping[str, str], ...] = (
    ENGLISH, VENDORS, _GERMAN, _FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _POLISH, _TURKISH, _RUSSIAN, _VIETNAMESE,
    _CHINESE, _JAPANESE, _KOREAN, _WEAK,
)  # fmt: skip
"""Titles by our names, table after table; what stands under a weak one is taken where nothing better is there."""
