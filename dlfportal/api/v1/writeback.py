"""Taking back what the answer to GET added, so that a client can send an answer back as a change.

Clients read a document, change a part of it and send all of it (design, rule 1 d). What they send
again as it was shown is not theirs: it stays as it is stored, byte for byte, and what is not stored
is not stored because of it. Everything else is the client's and is taken as it came. Values are
compared as JSON: the order of keys says nothing, but 1, 1.0, "1" and true are four values.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from dlfportal.formats.normalise import DROPPED

Json = Any
Document = dict[str, Any]
Kept = tuple[Json, bool]
"""What to store, and whether it was sent as it was shown."""

ABSENT: Final = object()
"""The place of a value that the stored document does not have."""


def unshown(sent: Document, stored: Document, shown: Document) -> Document:
    """Return the document that `sent` asks for, where `stored` is shown to clients as `shown`.

    Fields of the server, such as `id`, are left out as every write leaves them out. Raises nothing.
    """
    document, _ = _taken_back(_own(sent), stored, _own(shown))
    kept: Document = document
    return stored if same(kept, stored) else kept


def is_as_shown(sent: Document, shown: Document) -> bool:
    """Return whether `sent` says nothing else than `shown`, the fields of the server apart."""
    return same(_own(sent), _own(shown))


def same(one: Json, other: Json) -> bool:
    """Return whether two JSON values are equal; the order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _own(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in DROPPED}


def _taken_back(sent: Json, stored: Json, shown: Json) -> Kept:
    if isinstance(sent, dict) and isinstance(shown, dict):
        value, equal = _object(sent, _base(stored, shown), shown)
        if not value and sent and (stored is None or stored is ABSENT):
            return stored, equal  # a part of what was added, and nothing else
    elif isinstance(sent, list) and isinstance(shown, list):
        value, equal = _list(sent, _base(stored, shown), shown)
    else:
        value, equal = sent, type(sent) is type(shown) and sent == shown
    return (stored, True) if equal else (value, False)


def _base(stored: Json, shown: Json) -> Json:
    """Return what the parts of `shown` were made from.

    Nothing, where the container itself was added or stands for null; all of it, where it was read from
    a text as a whole.
    """
    if type(stored) is type(shown):
        return stored
    return shown if isinstance(stored, str) else type(shown)()


def _object(sent: Document, stored: Document, shown: Document) -> Kept:
    kept, equal = {}, sent.keys() == shown.keys()
    for key, value in sent.items():
        if key not in shown:
            kept[key] = value
            continue
        kept[key], as_shown = _taken_back(value, stored.get(key, ABSENT), shown[key])
        equal = equal and as_shown
        if kept[key] is ABSENT:
            del kept[key]
    hidden = [key for key in stored if key not in shown and key not in sent]
    return (_with_hidden(kept, stored, hidden) if hidden else kept), equal


def _with_hidden(kept: Document, stored: Document, hidden: list[str]) -> Document:
    """Return `kept` with the stored keys that were not shown (null containers), each in its old place."""
    order, known = list(kept), list(stored)
    for key in hidden:
        before = [other for other in known[: known.index(key)] if other in kept or other in hidden]
        order.insert(order.index(before[-1]) + 1 if before else 0, key)
    return {key: kept[key] if key in kept else stored[key] for key in order}


def _list(sent: list[Json], stored: list[Json], shown: list[Json]) -> Kept:
    """Compare the items: those with a name by name, the others by place."""
    places = defaultdict(list)
    for place in reversed(range(len(shown))):
        places[_name(shown[place], place)].append(place)
    kept, equal = [], len(sent) == len(shown)
    for number, item in enumerate(sent):
        found = places[_name(item, number)]
        place = found.pop() if found else len(stored)
        value, as_shown = (
            _taken_back(item, stored[place], shown[place]) if place < len(stored) else (item, False)
        )
        kept.append(value)
        equal = equal and as_shown and place == number
    return kept, equal


def _name(item: Json, place: int) -> str | int:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else place
