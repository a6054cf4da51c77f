"""What a person can click on a list: its last page, and in the admin every filter and every order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.contrib import admin
from django.test import Client

from bench.growth.asks import Ask
from bench.growth.fill import MAIN

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
CHOICES_A_FILTER = 2
SEARCHES = {"rare": "zebra", "frequent": "etl", "nothing found": "no_such_text", "two words": "etl zebra"}
WITHIN = {
    "job": f"workspace={MAIN}&type=BATCH",
    "script": f"workspace={MAIN}&owner=owner_01",
    "auditentry": f"workspace={MAIN}&channel=web",
    "importrun": "status=FAILED",
}
"""Filters that are asked for together with a search."""


def last_page(client: Client, path: str) -> str:
    """Return the address of a list's last page: by its link on a page, by the total on the wire."""
    response = client.get(path)
    if response.headers["Content-Type"].startswith("application/json"):
        query = dict(parse_qsl(urlsplit(path).query))
        pages = -(-response.json()["total"] // int(query["limit"]))
        return f"{urlsplit(path).path}?{urlencode({**query, 'offset': max(0, pages - 1)})}"
    text = response.content.decode()
    last = [href for href, label in LINK.findall(text) if re.sub("<[^>]*>", "", label).strip() == "Last"]
    return urljoin(path, unescape(last[0])) if last else path


def admin_lists(client: Client) -> Iterator[Ask]:
    """Yield every list of the admin: its first page, what its links lead to, and searches."""
    for model, model_admin in admin.site._registry.items():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        label = f"admin: {model._meta.model_name} list"
        yield Ask(label, path)
        for query in _queries(client, path):
            yield Ask(f"{label} ?{query}"[:90], f"{path}?{query}")
        if model_admin.search_fields:
            within = WITHIN.get(str(model._meta.model_name))
            for how, text in SEARCHES.items():
                yield Ask(f"{label}, search, {how}", f"{path}?{urlencode({'q': text})}")
                if within:
                    query = f"{within}&{urlencode({'q': text})}"
                    yield Ask(f"{label}, filtered search, {how}", f"{path}?{query}")


def _queries(client: Client, path: str) -> Iterator[str]:
    """Yield the queries that a list's own links have, of each set of parameters a few."""
    text = client.get(path).content.decode()
    seen: Counter[tuple[str, ...]] = Counter()
    for href, _label in LINK.findall(text):
        query = urlsplit(unescape(href)).query
        names = tuple(name for name, _value in parse_qsl(query, keep_blank_values=True))
        if (
            not href.startswith("?")
            or not names
            or seen[names] >= (99 if names == ("o",) else CHOICES_A_FILTER)
        ):
            continue
        seen[names] += 1
        yield query
