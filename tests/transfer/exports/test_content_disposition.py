from __future__ import annotations

from email.message import Message

import pytest

from dlfportal.transfer.exports.delivery import content_disposition


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("DLF_myJob.zip", "DLF_myJob.zip"),
        ("DLF_日报.zip", "DLF___.zip"),
        ('a"b\\c.zip', "a_b_c.zip"),
        ("a\r\nX-Evil: 1.zip", "a__X-Evil: 1.zip"),
        ("a;b'c%d.zip", "a;b'c%d.zip"),
        ("𠀀\x7f\u2028.zip", "___.zip"),
    ],
)
def test_both_file_names_are_read_back(name: str, plain: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    start, starred = header.split("; filename*")
    assert _read_back(f"attachment; filename*{starred}") == name
    assert _read_back(start) == plain


def _read_back(header: str) -> str | None:
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    return message.get_filename()
