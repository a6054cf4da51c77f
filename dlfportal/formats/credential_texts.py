"""Finding what looks like a credential in a text: SQL, shell, Python, properties, headers.

The text is kept as it is and only warned about, so a form that is missed and a false alarm both cost
little. A trigger (a word like `password`, a command like `curl`) is looked for, and then the value after
it. Every gap is bounded and the arguments of a command are read once, so that no text, however made,
costs more than a few steps per character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from pydantic_core import SchemaValidator, core_schema

from dlfportal.formats.credentials import NAMING, is_filled

SHORTEST = 3
"""A value of fewer characters is a flag, a count or a separator."""

SHORTEST_KEY = 16
LONGEST_COMMAND = 2000
MOST_TRIGGERS = 100_000
"""After so many words that lead to no credential, a text is taken to hold none."""

COMMANDS: dict[str, str] = {
    # Command: the option and what follows it, up to the secret.
    "gsql": r"-W\s?",
    "gs_dump": r"-W\s?",
    "gs_dumpall": r"-W\s?",
    "gs_restore": r"-W\s?",
    "beeline": r"-p\s+",
    "curl": r"(?:-[a-zA-Z]*[uU]|--(?:proxy-)?user)[\s=]?\s?[\"']?[^\s:\"'$]{0,200}:",
    "obsutil": r"-(?:[ik][\s=]|t=)",
    "mysql": r"-p(?!\s)",
    "mariadb": r"-p(?!\s)",
    "sshpass": r"-p\s?",
    "redis-cli": r"-a\s+",
    "mongo": r"-p\s+",
    "sqlplus": r"[\w.]{1,60}/(?=[^\s@]{1,100}@)",
    "sqlcmd": r"-P\s?",
    "ldapsearch": r"-w\s+",
    "keytool": r"-(?:store|key)pass\s+",
    "lftp": r"-u\s+[^\s,]{1,100},",
    "smbclient": r"-U\s+[^\s%]{1,100}%",
    "docker login": r"-p\s+",
    "openssl": r"-pass(?:in|out)?\s+pass:",
}
COMMAND = (
    rf"(?<![\w.-])(?P<command>{'|'.join(COMMANDS)})"
    r"(?:dump|import|export|restore|admin|check|show|slap|pump|sh)?(?=\s)"
)
SHELL_WORD = r"""(?:"((?:[^"\\]|\\.){0,400})"|'([^']{0,400})'|([^\s"';|&)]{1,400}))"""
ARGUMENTS = {name: re.compile(rf"(?<=\s){option}(?!-\w*\s){SHELL_WORD}") for name, option in COMMANDS.items()}

NAMES = (
    r"password|passwd|passphrase|pwd|secret[_.-]?access[_.-]?key|secret[_.-]?key|secret|security[_.-]?key"
    r"|access[_.-]?key[_.-]?id|access[_.-]?key|private[_.-]?key|api[_.-]?key|token|credentials?"
    r"|jaas[_.-]?config"
)
NEXT_COMMAND = re.compile(COMMAND)
LINE_END = re.compile(r"(?<!\\)\n")
TRIGGER = re.compile(
    rf"(?P<header>authorization|x-auth-token)|(?P<name>{NAMES})\d{{0,2}}(?![a-z0-9_])"
    r"|(?P<identified>identified)(?=\s)|(?<![\w.])(?P<short>[as]k)(?![\w.])|(?P<chinese>密码|密碼|口令|密钥|密鑰)"
    r"|(?<=[a-z0-9])(?P<address>://)|(?P<oracle>\bthin:)|(?P<pem>-----begin )"
    rf"|{COMMAND}"
)
HINTS = SchemaValidator(
    core_schema.str_schema(
        pattern=(
            rf"{NAMES}|x-auth-token|authorization|identified\s|\b[as]k\b|密码|密碼|口令|密钥|密鑰|-----begin "
            rf"|://[^\s/@:]*:[^\s/@]+@|thin:[^\s/@]+/|(?:{'|'.join(COMMANDS)})[a-z]*\s"
        ),
        regex_engine="rust-regex",
    )
)
"""Looked for first, because almost no text has them: this engine seeks all words in one pass, ten times
as fast as Python's patterns or one search for each word."""

QUOTED = r"""(?:"([^"\n]{1,400})["\n\\]|'([^'\n]{1,400})['\n\\])"""
BARE = r"""([^\s"'`;,)|<>]{1,400})"""
SIGN = r"(?:=>|:=|==?|[:：])"

ASSIGNED = re.compile(rf"""[\\"'`\])]{{0,3}}\s{{0,9}}(?::\s?str\s?)?{SIGN}\s{{0,9}}[rb]?\\?{QUOTED}""")
DECLARED = re.compile(
    r"\s{1,9}(?:constant\s{1,9})?(?:n?(?:var)?char2?|text|string)(?:\s?\(\d{1,9}(?: char| byte)?\))?"
    r"\s{0,9}(?::=|=|default\s)\s{0,9}'([^'\n]{1,400})'"
)
ATTACHED = re.compile(rf"=(?!=){BARE}")
SPACED = re.compile(rf"""["']?[ \t]{{0,9}}[=:：][ \t]{{0,9}}{BARE}[ \t]{{0,9}}(?=[\r\n#]|\Z)""")
ENDED = re.compile(rf"""[ \t]{{0,9}}=[ \t]{{0,9}}{BARE}[ \t]{{0,9}};""")
SINGLE_QUOTED = re.compile(r"\s{1,9}'([^'\n]{1,400})'")
DOUBLE_QUOTED = re.compile(r'\s{1,9}"([^"\n]{1,400})"')
ELEMENT = re.compile(r"(?:</name>\s{0,9}<value>|>)\s{0,9}([^<>\n]{1,400})</")
ARGUMENT = re.compile(rf"""["']\s{{0,9}},\s{{0,9}}{QUOTED}""")
OPTION = re.compile(rf"[ \t]{{1,9}}(?!-\w*\s){SHELL_WORD}")
HEADER = re.compile(
    r"""\\?["']?\s{0,9}[=:,]\s{0,9}\\?["']?(?:(basic|bearer|digest|token|apikey)\s{1,9})?"""
    r"""([^\s"'`,;\\]{1,400})"""
)
SHORT = re.compile(r"""["']?\s{0,9}[=:]\s{0,9}["']?([a-z0-9+/]{16,100})={0,2}(?![\w.(+/])""")
SHORT_QUOTED = re.compile(r"""\s{1,9}["']([a-z0-9+/]{16,100})={0,2}["']""")
IDENTIFIED = re.compile(
    r"""\s{1,9}(?:with\s{1,9}["'`]?\w{1,40}["'`]?\s{1,9})?(?:by|as)\s{1,9}(?:password\s{1,9}|values\s{1,9})?"""
    r"""(?:["']([^"'\n]{1,400})["']|([\w#$@!%^&*+{}-]{3,60}))"""
)
CHINESE = re.compile(r"""\s{0,3}(?:[：:=]|为|是)\s{0,3}["'“]?([!-~]{4,200})""")
ADDRESS = re.compile(r"""[^\s/@:"'<>]{0,200}:([^\s/@"'<>]{1,300})@""")
ORACLE = re.compile(r"""[\w${}#]{1,60}/([^\s@/'"]{1,100})@""")
PEM = re.compile(r"[a-z0-9 ]{0,40}private key-----")

CALL_BEFORE = re.compile(
    r"""\b(?:option|set\w{0,20}|put|conf(?:ig)?|header|add\w{0,20})\(\s{0,9}["'][\w.-]{0,60}\Z"""
)
OPTION_BEFORE = re.compile(r"(?:\A|\s)--?[\w.-]{0,60}\Z")
SET_BEFORE = re.compile(r"(?:\A|\s)set[ \t]{1,9}[\w-]{1,40}\.[\w.-]{0,40}\Z")
LOOK_BACK = 100

CODE = re.compile(
    # Where no quotes are: a column or an attribute (b.token, self.pw), a call (getenv(...)), a variable
    # named after what it holds (db_password), a path (PWD=/opt).
    rf"[a-z_]\w{{0,30}}(?:\.[a-z_]\w{{0,30}})+\Z|[\w.]{{1,60}}[\[(]|(?:[a-z_]\w{{0,30}}_)?{NAMING}\Z"
    r"|(?:~|\.{1,2}|/\w{1,40})/[\w./-]{0,400}\Z"
)
RANDOM = re.compile(r"(?=[^\d]{0,200}\d)(?=\d{0,200}[^\d\s]).{6}")


def credential_line(text: str) -> int | None:
    """Return the line, from 1, where `text` (SQL, shell, headers) seems to hold a credential, or None."""
    # U+0130 is the only letter whose small form has another length: places stay the same.
    lowered = text.replace("\u0130", "i").lower()
    if not HINTS.isinstance_python(lowered):
        return None
    place = next(_places(text, lowered), None)
    return None if place is None else text.count("\n", 0, place) + 1


def _places(text: str, lowered: str) -> Iterator[int]:
    """Yield where credentials begin. Options of commands are known by their case: `-P` is a port."""
    for found in islice(TRIGGER.finditer(lowered), MOST_TRIGGERS):
        trigger = str(found.lastgroup)
        holds = (
            _in_arguments(text, lowered, found) if trigger == "command" else RULES[trigger](lowered, found)
        )
        if holds:
            yield found.start()


Found = re.Match[str]


def _in_arguments(text: str, lowered: str, found: Found) -> bool:
    """Whether a command is given a secret: on its line and those it goes on in, up to the next command."""
    start, end = found.end(), min(len(text), found.start() + LONGEST_COMMAND)
    if following := NEXT_COMMAND.search(lowered, start, end):
        end = following.start()
    if line_end := LINE_END.search(text, start, end):
        end = line_end.start()
    return any(_is_secret(_value(one)) for one in ARGUMENTS[found["command"]].finditer(text, start, end))


def _value(found: Found) -> str:
    """Return the group that took part: a pattern has one for each way to write a value."""
    return str(found[found.lastindex or 0] or "")


def _is_secret(value: str) -> bool:
    """Whether a value may be a secret: it is long enough, stands for none, and is no sentence."""
    if len(value) < SHORTEST or not is_filled(value):
        return False
    return value.count(" ") < 2 or any(letter.isdigit() for letter in value)


def _is_random(value: str) -> bool:
    return _is_secret(value) and bool(RANDOM.match(value))


def _is_bare(value: str) -> bool:
    """Whether an unquoted value may be a secret and is no piece of code."""
    return _is_secret(value) and not CODE.match(value)


def _matched(pattern: re.Pattern[str], accept: Callable[[str], bool], text: str, found: Found) -> bool:
    match = pattern.match(text, found.end())
    return match is not None and accept(_value(match))


def _follows(pattern: re.Pattern[str], text: str, found: Found) -> bool:
    return pattern.search(text[max(0, found.start() - LOOK_BACK) : found.start()]) is not None


def _name(text: str, found: Found) -> bool:
    """`password = 'x'`, `PASSWORD 'x'`, `--password x` and all other ways to give a named secret."""
    tests = (
        (ASSIGNED, _is_secret),
        (DECLARED, _is_secret),
        (ATTACHED, _is_bare),
        (SPACED, lambda value: _is_bare(value) and _is_random(value)),
        (DOUBLE_QUOTED, _is_random),  # else it may be the alias of a column
        (ELEMENT, _is_secret),
    )
    if any(_matched(pattern, accept, text, found) for pattern, accept in tests):
        return True
    if not found["name"].startswith(("token", "credential")) and _matched(
        SINGLE_QUOTED, _is_secret, text, found
    ):
        return True
    if _matched(ENDED, _is_bare, text, found) and _follows(SET_BEFORE, text, found):
        return True
    if _matched(ARGUMENT, _is_secret, text, found) and _follows(CALL_BEFORE, text, found):
        return True
    return _matched(OPTION, _is_secret, text, found) and _follows(OPTION_BEFORE, text, found)


def _short(text: str, found: Found) -> bool:
    """`ak = x`, `SK 'x'`, `--sk x`: only of values as long as keys are, as the names are short."""
    if _matched(SHORT, _is_random, text, found) or _matched(SHORT_QUOTED, _is_random, text, found):
        return True
    match = OPTION.match(text, found.end())
    long = match is not None and len(_value(match)) >= SHORTEST_KEY and _is_random(_value(match))
    return long and _follows(OPTION_BEFORE, text, found)


def _header(text: str, found: Found) -> bool:
    """`Authorization: Basic x`, `X-Auth-Token=x`."""
    match = HEADER.match(text, found.end())
    if match is None:
        return False
    known = match[1] or found["header"] == "x-auth-token"
    return _is_secret(match[2]) if known else _is_random(match[2])


def _identified(text: str, found: Found) -> bool:
    """`identified by 'x'`; without quotes it may be a sentence."""
    match = IDENTIFIED.match(text, found.end())
    return match is not None and (_is_random(match[2]) if match[2] else _is_secret(match[1]))


def _rule(pattern: re.Pattern[str], accept: Callable[[str], bool]) -> Callable[[str, Found], bool]:
    return lambda text, found: _matched(pattern, accept, text, found)


RULES: dict[str, Callable[[str, Found], bool]] = {
    "name": _name,
    "header": _header,
    "identified": _identified,
    "short": _short,
    "chinese": _rule(CHINESE, _is_bare),
    "address": _rule(ADDRESS, _is_secret),
    "oracle": _rule(ORACLE, _is_secret),
    "pem": _rule(PEM, bool),
}
