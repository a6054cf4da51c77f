"""The types of the fields in DLF's documents: each judges one value and says how bad a fault is.

A validator raises what `refuse` (the portal cannot keep the document), `disallow` (the documents forbid
it) or `advise` (it is unusual) makes; plain pydantic faults get their gravity and text in `documents.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Any
from unicodedata import category

from pydantic import BeforeValidator, Field, PlainValidator, Strict
from pydantic_core import PydanticCustomError

from dlfportal.errors import gettext_noop
from dlfportal.formats.jsontext import parse
from dlfportal.formats.problems import Code, Gravity, InvalidDocument

# "Chinese" is nowhere defined; these three ranges are ours (documents reference, section 9).
CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
JOB_NAME = re.compile(rf"[A-Za-z0-9_.{CHINESE}-]+")
RESOURCE_NAME = re.compile(rf"[A-Za-z0-9_{CHINESE}-]+")
PARAM_NAME = re.compile(r"[A-Za-z0-9_-]+")
UNSAFE_IN_PATH = re.compile(r"[/\\\x00-\x1f\x7f-\x9f]")
LOCATION = re.compile(r"(?:obs://[^/]|hdfs://.).*", re.DOTALL)
DEEPEST_DIRECTORY = 10
LARGEST_CONTENT = 4 * 1024 * 1024
LONGEST_NAME = 255
"""Characters of a name that the catalogue can keep."""
LONGEST_JOB_NAME, LONGEST_RESOURCE_NAME, LONGEST_CDM_NAME = 128, 32, 240
"""Characters of a name that DataArts takes: of jobs and scripts, of resources, of CDM jobs."""

REQUIRED: Any = Field(default=None, validate_default=True)
"""The default of a field that must be there: its validator then sees None, as for a JSON null."""


def refuse(code: Code, message: str, **params: Any) -> PydanticCustomError:
    """Make the exception of a fault that refuses everywhere; `message` is an English template."""
    return _fault(Gravity.UNKEEPABLE, code, message, params)


def disallow(code: Code, message: str, **params: Any) -> PydanticCustomError:
    """Make the exception of a fault that refuses the document on the wire and is a warning elsewhere."""
    return _fault(Gravity.DISALLOWED, code, message, params)


def advise(code: Code, message: str, **params: Any) -> PydanticCustomError:
    """Make the exception of a fault that is only ever a warning."""
    return _fault(Gravity.UNUSUAL, code, message, params)


def _fault(gravity: Gravity, code: Code, message: str, params: dict[str, Any]) -> PydanticCustomError:
    context = {"gravity": gravity, "code": code, "message": message, "params": params}
    return PydanticCustomError("dlf", "dlf", context)


def shown(value: Any) -> str:
    """Return `value` as short text for a message."""
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _not_text() -> PydanticCustomError:
    return advise(Code.WRONG_TYPE, gettext_noop("This should be text."))


def object_name(longest: int, allowed: re.Pattern[str], characters: str) -> Callable[[Any], Any]:
    """Return the validator of the name of a job, script or resource."""

    def check(value: Any) -> Any:
        name = usable_name(value)
        if len(name) > longest:
            raise disallow(Code.NAME_INVALID, TOO_LONG, length=len(name), limit=longest)
        if not allowed.fullmatch(name):
            raise disallow(Code.NAME_INVALID, characters)
        return value

    return check


def cdm_name(value: Any) -> Any:
    """Judge the name of a CDM job: any characters, 1 to 240 of them (section 4.1)."""
    name = usable_name(value)
    if len(name) > LONGEST_CDM_NAME:
        raise disallow(Code.NAME_INVALID, TOO_LONG, length=len(name), limit=LONGEST_CDM_NAME)
    return value


def usable_name(value: Any) -> str:
    """Return a name by which an object can be kept and found again; what is no such name refuses.

    It is a column of the database, a part of addresses and of entry names.
    """
    if value is None or value == "":
        raise refuse(Code.NAME_MISSING, gettext_noop("The name is missing."))
    if not isinstance(value, str):
        raise refuse(Code.NAME_INVALID, gettext_noop("The name must be text."))
    if fault := name_fault(value):
        raise refuse(Code.NAME_INVALID, fault)
    return value


def name_fault(name: str) -> str | None:
    """Return why `name` can be the name of no object and no cluster, as a message, or None."""
    if len(name) > LONGEST_NAME:
        return gettext_noop("The name has more than 255 characters.")
    if UNSAFE_IN_PATH.search(name):
        return gettext_noop("The name cannot hold slashes, backslashes or control characters.")
    if all(letter == "." or category(letter)[0] in "CZ" for letter in name):
        return gettext_noop("A name cannot be empty or consist of spaces, dots or invisible characters only.")
    return None


TOO_LONG = gettext_noop("The name has %(length)s characters; %(limit)s are allowed.")


def node_name(value: Any) -> Any:
    """Judge a node's name: the console allows more characters than DLF's tables, so these are a warning."""
    if value is None or value == "":
        raise disallow(Code.REQUIRED_MISSING, gettext_noop("The node has no name."))
    if not isinstance(value, str):
        raise disallow(Code.INVALID, gettext_noop("The name must be text."))
    if len(value) > LONGEST_JOB_NAME:
        raise disallow(Code.INVALID, TOO_LONG, length=len(value), limit=LONGEST_JOB_NAME)
    if not value.strip("."):
        raise disallow(Code.INVALID, gettext_noop("A name cannot consist of dots only."))
    if not JOB_NAME.fullmatch(value):
        message = gettext_noop(
            "DLF documents only letters, digits, Chinese, hyphens, underscores and dots here."
        )
        raise advise(Code.CHARACTERS, message)
    return value


def param_name(value: Any) -> Any:
    """Judge the name of a job parameter (section 1.6); faults are warnings."""
    if value is None or value == "":
        raise advise(Code.REQUIRED_MISSING, gettext_noop("The parameter has no name."))
    if not isinstance(value, str):
        raise _not_text()
    if len(value) > 64 or not PARAM_NAME.fullmatch(value):
        message = gettext_noop("A parameter name has 1 to 64 letters, digits, hyphens and underscores.")
        raise advise(Code.CHARACTERS, message)
    return value


Fault = Callable[..., PydanticCustomError]


def container(of: type, name: str, missing: tuple[Fault, Code], wrong: Code) -> BeforeValidator:
    """Return the check of a list or object that must be there, before its inside is judged.

    The index is made from it: one of another shape refuses, unless it is empty and may be absent.
    """
    absent, absent_code = missing

    def check(value: Any) -> Any:
        if value is None:
            raise absent(absent_code, gettext_noop("“%(name)s” is missing."), name=name)
        if not isinstance(value, of):
            fault = refuse if value or absent is refuse else disallow
            raise fault(wrong, NOT_LIST if of is list else NOT_OBJECT)
        return value

    return BeforeValidator(check)


NOT_LIST = gettext_noop("This must be a list.")
NOT_OBJECT = gettext_noop("This must be an object.")


def choice(missing: Code, wrong: Code, values: tuple[str, ...]) -> PlainValidator:
    """Return the check of a value that must be there and be one of `values`."""

    def check(value: Any) -> Any:
        if value is None or value == "":
            raise disallow(
                missing, gettext_noop("A value is missing here; possible are %(values)s."), values=listed
            )
        if value not in values:
            message = gettext_noop("“%(value)s” is not possible here; possible are %(values)s.")
            raise disallow(wrong, message, value=shown(value), values=listed)
        return value

    listed = ", ".join(values)
    return PlainValidator(check)


def script_type(values: tuple[str, ...]) -> PlainValidator:
    """Return the check of a script's type. The console offers more of them than the documents list, so
    an unknown one is only a warning, as is another case or a space.
    """
    loose = {_loose(value): value for value in reversed(values)}
    listed = ", ".join(values)

    def check(value: Any) -> Any:
        if value is None or value == "":
            message = gettext_noop("A value is missing here; possible are %(values)s.")
            raise disallow(Code.TYPE_MISSING, message, values=listed)
        if not isinstance(value, str):
            raise disallow(Code.TYPE_INVALID, gettext_noop("The type must be text."))
        if value in values:
            return value
        if known := loose.get(_loose(value)):
            raise advise(Code.SPELLING, OLDER_SPELLING, old=value, new=known)
        raise advise(Code.ENUM, UNDOCUMENTED, value=shown(value), values=listed)

    return PlainValidator(check)


UNDOCUMENTED = gettext_noop("“%(value)s” is not a value that DLF documents: %(values)s.")
OLDER_SPELLING = gettext_noop("“%(old)s” is another spelling of “%(new)s”.")


def _loose(text: str) -> str:
    return text.replace(" ", "").casefold()


def one_of(*values: str) -> PlainValidator:
    """Return the check of an optional text with known values; anything else is a warning."""

    def check(value: Any) -> Any:
        if value is None or value == "" or value in values:
            return value
        if not isinstance(value, str):
            raise _not_text()
        raise advise(Code.ENUM, UNDOCUMENTED, value=shown(value), values=", ".join(values))

    return PlainValidator(check)


def whole(lowest: int, highest: int, also: int | None = None) -> PlainValidator:
    """Return the check of an optional whole number; another type or range is a warning."""

    def check(value: Any) -> Any:
        if value is None:
            return value
        if not isinstance(value, int) or isinstance(value, bool):
            raise advise(Code.WRONG_TYPE, NOT_WHOLE)
        if not lowest <= value <= highest and value != also:
            message = gettext_noop("DLF documents values from %(lowest)s to %(highest)s here.")
            raise advise(Code.RANGE, message, lowest=lowest, highest=highest)
        return value

    return PlainValidator(check)


NOT_WHOLE = gettext_noop("This should be a whole number.")


def text_up_to(longest: int) -> PlainValidator:
    """Return the check of an optional text; another type or more characters is a warning."""

    def check(value: Any) -> Any:
        if value is not None and not isinstance(value, str):
            raise _not_text()
        if value is not None and len(value) > longest:
            message = gettext_noop("DLF documents at most %(limit)s characters here.")
            raise advise(Code.RANGE, message, limit=longest)
        return value

    return PlainValidator(check)


def description(longest: int | None = None) -> PlainValidator:
    """Return the check of a description: text or null, of at most `longest` characters."""

    def check(value: Any) -> Any:
        if value is not None and not isinstance(value, str):
            raise disallow(Code.DESCRIPTION_INVALID, gettext_noop("The description must be text."))
        if longest is not None and value is not None and len(value) > longest:
            message = gettext_noop("The description has %(length)s characters; %(limit)s are allowed.")
            raise disallow(Code.DESCRIPTION_INVALID, message, length=len(value), limit=longest)
        return value

    return PlainValidator(check)


def content(value: Any) -> Any:
    """Judge a script's text: there, and at most 4 MB of UTF-8 (section 5)."""
    if not isinstance(value, str):
        message = (
            gettext_noop("The content is missing.")
            if value is None
            else gettext_noop("The content must be text.")
        )
        raise disallow(Code.CONTENT_INVALID, message)
    if len(value) * 4 > LARGEST_CONTENT and len(value.encode(errors="surrogatepass")) > LARGEST_CONTENT:
        raise disallow(Code.CONTENT_INVALID, gettext_noop("The content is larger than 4 MB."))
    return value


def configuration(value: Any) -> Any:
    """Judge a script's settings: a map, which some clients send as JSON text (section 5).

    A text whose map could be read in two ways, such as one with a key twice, is refused: a secret in it
    could stay.
    """
    if value is None or isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise disallow(Code.INVALID, NOT_OBJECT)
    try:
        inside = json.loads(value or "{}")
    except (ValueError, RecursionError):
        inside = None
    if not isinstance(inside, dict):
        raise disallow(Code.INVALID, NOT_OBJECT)
    try:
        parse(value or "{}")
    except InvalidDocument as error:
        raise refuse(Code.INVALID, error.problems[0].message, **error.problems[0].params) from error
    raise advise(Code.WRONG_TYPE, gettext_noop("This is an object written as text."))


def location(value: Any) -> Any:
    """Judge where a resource's file is: an OBS or HDFS path of at most 1,023 characters (section 6)."""
    if not isinstance(value, str) or not LOCATION.fullmatch(value):
        message = gettext_noop("The location must be a path that starts with obs:// or hdfs://.")
        raise disallow(Code.LOCATION_INVALID, message)
    if len(value) > 1023:
        raise disallow(Code.LOCATION_INVALID, gettext_noop("The location has more than 1023 characters."))
    return value


def directory(longest_name: int) -> PlainValidator:
    """Return the check of a directory such as `/a/b/` (section 9); faults are warnings."""

    def check(value: Any) -> Any:
        if value is None:
            return value
        if not isinstance(value, str):
            raise _not_text()
        names = [name for name in value.split("/") if name]
        if len(names) > DEEPEST_DIRECTORY:
            message = gettext_noop("The directory is %(depth)s levels deep; DLF allows %(limit)s.")
            raise advise(Code.DIRECTORY, message, depth=len(names), limit=DEEPEST_DIRECTORY)
        if not all(len(name) <= longest_name and RESOURCE_NAME.fullmatch(name) for name in names):
            message = gettext_noop(
                "Directory names have 1 to %(limit)s letters, digits, Chinese, hyphens, underscores."
            )
            raise advise(Code.DIRECTORY, message, limit=longest_name)
        return value

    return PlainValidator(check)


def cron_expression(value: Any) -> Any:
    """Judge that a cron expression is there; what it says is judged by the rules."""
    if value is None or value == "":
        raise advise(Code.CRON, gettext_noop("The cron expression is missing."))
    if not isinstance(value, str):
        raise _not_text()
    return value


def point(value: Any) -> Any:
    """Judge a node's place on the canvas: numbers or texts with numbers, each may be absent (section 1.2)."""
    if value is not None and not isinstance(value, dict):
        raise advise(Code.WRONG_TYPE, NOT_OBJECT)
    for axis in ("x", "y"):
        if not _is_number((value or {}).get(axis)):
            raise advise(Code.WRONG_TYPE, gettext_noop("x and y should be numbers."))
    return value


def _is_number(value: Any) -> bool:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return True
    return isinstance(value, str) and bool(re.fullmatch(r"-?\d{1,20}(?:\.\d{0,20})?|", value))


def custom_fields(value: Any) -> Any:
    """Judge the custom fields: a map of texts with at most 2,048 characters in all (section 1.7)."""
    if value is None:
        return value
    if not isinstance(value, dict):
        raise advise(Code.WRONG_TYPE, NOT_OBJECT)
    if sum(len(key) + len(str(text)) for key, text in value.items()) > 2048:
        raise advise(Code.RANGE, gettext_noop("DLF documents at most %(limit)s characters here."), limit=2048)
    return value


Text = Annotated[str, Strict()] | None
Flag = Annotated[bool, Strict()] | None
Whole = Annotated[int, Strict()] | None
YesNoText = Annotated[Any, one_of("true", "false")]
ZeroOneText = Annotated[Any, one_of("0", "1")]
FailPolicy = Annotated[
    Any, one_of("FAIL", "IGNORE", "SUSPEND", "FAIL_CHILD", "EXIT", "CONTINUE", "EXIT_CHILD")
]
