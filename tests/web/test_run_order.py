from __future__ import annotations

import pytest

from dlfportal.web.pages.nodes import run_order

Nodes = list[tuple[int, str, list[str]]]


@pytest.mark.parametrize(
    ("nodes", "order"),
    [
        ([], []),
        ([(0, "a", []), (1, "b", [])], [0, 1]),
        ([(0, "b", ["a"]), (1, "a", [])], [1, 0]),
        ([(0, "a", ["nowhere"])], [0]),
        ([(0, "a", ["a"])], [0]),
        ([(0, "a", ["b"]), (1, "b", ["a"]), (2, "c", [])], [2, 0, 1]),
        ([(0, "c", ["a", "a"]), (1, "a", []), (2, "a", ["z"])], [1, 2, 0]),
        ([(3, "", []), (5, "", [""])], [3, 5]),
    ],
)
def test_run_order_is_stable_and_tolerant(nodes: Nodes, order: list[int]) -> None:
    assert run_order(nodes) == order


def test_run_order_is_quick_for_many_nodes() -> None:
    chain: Nodes = [(place, f"n{place}", [f"n{place + 1}"]) for place in range(20_000)]
    assert run_order(chain)[0] == 19_999
