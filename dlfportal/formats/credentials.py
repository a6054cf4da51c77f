"""What is a secret by its name (design, rule 5), and which values only stand for one."""

from __future__ import annotations

import re

SECRET_ENDINGS = (
    "password", "passwd", "pwd", "passphrase", "secret", "secretkey", "securitykey", "accesskey",
    "accesskeyid", "privatekey", "apikey", "token", "credential", "authorization", "jaasconfig",
)  # fmt: skip
SECRET_PARTS = frozenset(("ak", "sk", "dek"))
JOINTS = str.maketrans("", "", ".-_")

NAMING = (
    r"(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|credentials?|authorization|jaas[_.-]?config|ak|sk"
    r"|(?:(?:access|secret|private|security|api)[_.-]?){1,2}key(?:[_.-]?id)?)"
)
STAND_IN = re.compile(
    # ${x}, $x, #{x}, {{x}}, %s, %(x)s, %X%, :x, @{x}, ?, &x, `command`, <password>, {password}
    r"\\?[$?&:`%]|#\{|@\{|\{\{|\\?<[^<>]*>\Z|\{[\w .-]*\}\Z"
    # ***, xxxx, ..., and what holds no letter or digit that a password has: Chinese words, separators
    r"|[x*•._-]{3,}\Z|[^a-z0-9]*\Z"
    # the word itself, alone or with what people put around it: your_password, Add password here
    rf"|(?:(?:add|enter|input|your|my|the|an?|new|old|db|user)[ _.-]?){{0,3}}{NAMING}(?:[ _.-]?here)?\Z"
    # types and nothings
    r"|(?:str(?:ing)?|(?:var)?char\d?|text|int|bigint|bool(?:ean)?|null|none|nil|true|false|yes|no|disable)\Z"
    # where the value is read from, and encrypted values
    r"|(?:env|file|fd|classpath|vault):|enc\(|stdin\Z"
)
"""How a value begins, in lower case, that is none: a parameter, a mask, a word for what belongs there."""


def is_secret_name(name: str) -> bool:
    """Say whether a key or an input such as `linkConfig.Password` or `fs.obs.secret.key` names a secret.

    Case, dots, dashes and underscores do not count; the short names count as the last dotted part only.
    """
    lowered = name.casefold()
    return lowered.translate(JOINTS).endswith(SECRET_ENDINGS) or lowered.rpartition(".")[2] in SECRET_PARTS


def is_filled(value: object) -> bool:
    """Say whether `value` is a text that may be a secret: not empty, no parameter, mask or placeholder."""
    return isinstance(value, str) and not STAND_IN.match(value.strip().lower())
