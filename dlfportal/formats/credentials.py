"""What is a secret, and what merely looks like one (design, rule 5)."""

from __future__ import annotations

import re
from itertools import islice

from pydantic_core import SchemaValidator, core_schema

SECRET_ENDINGS = ("password", "passwd", "pwd", "secret", "secretkey", "accesskey", "token")

HINTS = SchemaValidator(
    core_schema.str_schema(
        pattern="passw|pwd|secret|access|token|authorization|identified|[ \t]-p", regex_engine="rust-regex"
    )
)
"""Looked for first, because almost no text has them: this engine seeks all words in one pass, ten times
as fast as Python's patterns or one search for each word."""

# All gaps are bounded, so that no text, however made, costs more than a few steps per character.
WORD = r"(?:password|passwd|pwd|secret|secret[_-]?key|access[_-]?key|token)"
CREDENTIAL = re.compile(
    # password = 'x', "token": "x"
    WORD + r"""["']?\s{0,9}(?:=>?|:)\s{0,9}(["'])(?!\$|#\{|\1)"""
    # export DB_PASSWORD=x, jdbc:...?password=x
    "|" + WORD + r"""=(?![\s"'$)?=]|#\{)\S"""
    # create user a identified by 'x'
    r"""|identified\s{1,9}by\s{1,9}(?:password\s{1,9})?["'](?!\$|#\{)"""
    # X-Auth-Token=x, "Authorization: Basic x"
    r"""|(?:authorization|x-auth-token)["']?\s{0,9}[=:]\s{0,9}["']?(?:(?:basic|bearer)\s)?+(?![\s$]|#\{)\S"""
)
SHORT_OPTION = re.compile(r"""\s-p\s?(?:[^\s$"'-]|["'][^$"'])""")
MYSQL = re.compile(r"\b(?:mysql\w*|mariadb)\b[^\n]*\s-p(?!\s)|\bsshpass\s+-p")
LONGEST_COMMAND = 500
MOST_OPTIONS = 1000


def is_secret_name(name: str) -> bool:
    """Say whether a key or an input such as `linkConfig.Password` names a secret by its last dotted part."""
    return name.rpartition(".")[2].casefold().endswith(SECRET_ENDINGS)


def credential_line(text: str) -> int | None:
    """Return the line, from 1, where `text` (SQL, shell, headers) seems to hold a credential, or None."""
    lowered = text.lower()
    if not HINTS.isinstance_python(lowered):
        return None
    if found := CREDENTIAL.search(lowered):
        return lowered.count("\n", 0, found.start()) + 1
    place = _password_option(text)
    return None if place is None else text.count("\n", 0, place) + 1


def _password_option(text: str) -> int | None:
    """Find `mysql ... -pSECRET` and `sshpass -p SECRET`; `-p` means other things to other commands."""
    for option in islice(SHORT_OPTION.finditer(text), MOST_OPTIONS):
        start = max(text.rfind("\n", 0, option.start()) + 1, option.start() - LONGEST_COMMAND)
        if MYSQL.search(text, start, option.end()):
            return option.start()
    return None


def is_filled(value: object) -> bool:
    """Say whether `value` is a text that is neither empty nor a parameter such as `${password}`."""
    return isinstance(value, str) and bool(value) and not value.startswith(("${", "#{"))
