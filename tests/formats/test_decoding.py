"""The text of files: read where the encoding is beyond doubt, else refused with what to do."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.decoding import decode
from dlfportal.formats.problems import Code, InvalidDocument

TEXT = '{"name": "清洗", "content": "-- 每日销售，按城市统计\\nSELECT \'北京\' AS city;\\n"}'


def refused(data: bytes) -> str:
    with pytest.raises(InvalidDocument) as caught:
        decode(data)
    (problem,) = caught.value.problems
    assert problem.code == Code.NOT_UTF8
    assert "ave the file as UTF-8" in str(problem)
    return str(problem)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode("gbk"), "GBK"),
        (TEXT.encode("gb18030"), "GBK"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (TEXT.encode("utf-32-be"), "UTF-32"),
    ],
)
def test_encodings_that_are_beyond_doubt(data: bytes, encoding: str) -> None:
    assert decode(data) == (TEXT, encoding)


def test_a_mark_before_utf8() -> None:
    assert decode(codecs.BOM_UTF8 + TEXT.encode()) == ("\ufeff" + TEXT, "")


def test_a_rare_character_among_common_ones() -> None:
    text = '{"owner": "李珺", "desc": "每日销售按城市统计"}'
    with pytest.raises(UnicodeEncodeError):
        text.encode("gb2312")
    assert decode(text.encode("gbk")) == (text, "GBK")


@pytest.mark.parametrize("text", ["これはテストです。データ連携のジョブ", "データ"])
def test_japanese_is_not_taken_for_chinese(text: str) -> None:
    refused(f'"{text}"'.encode("shift-jis"))


def test_big5_is_not_taken_for_gbk() -> None:
    assert "looks like GBK, but not surely" in refused('"每日銷售統計，按城市計算營業額"'.encode("big5"))


@pytest.mark.parametrize("text", ["café au lait", "naïve Übergröße", "Ünïcödé"])
def test_western_text_is_not_taken_for_chinese(text: str) -> None:
    refused(f'"{text}"'.encode("latin-1"))


@pytest.mark.parametrize("place", range(12, 60))
def test_damaged_utf8_is_not_taken_for_gbk(place: int) -> None:
    data = TEXT.encode()
    damaged = data[:place] + data[place + 1 :]
    try:
        damaged.decode()
    except UnicodeDecodeError:
        refused(damaged)


@pytest.mark.parametrize("data", [b'{"name": "\xff"}', codecs.BOM_UTF16_LE + b"{", b'{\0"\0\0\xd8', b"\x80"])
def test_what_is_no_text(data: bytes) -> None:
    refused(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        assert decode(data).text.encode() is not None
    except InvalidDocument as invalid:
        assert invalid.problems[0].code == Code.NOT_UTF8
