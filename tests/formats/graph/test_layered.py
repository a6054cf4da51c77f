"""The tidy layout: whatever the document, it returns, covers nothing, and its lines lead one way."""

from __future__ import annotations

from itertools import combinations
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlfportal.formats.graph import layered
from dlfportal.formats.graph.cards import graph_of
from dlfportal.formats.graph.layered import MOST_TIDY, tidy
from dlfportal.formats.graph.placed import CARD_HEIGHT, CARD_WIDTH, Direction
from tests.formats.samples import job, node

NAMES = st.sampled_from([*"abcdefghijkl", "", " ", "zz"])
PLACES = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["NaN", "-Infinity", "1e999"])
)
NODES = st.fixed_dictionaries(
    {"name": st.one_of(NAMES, st.none(), st.integers())},
    optional={
        "type": st.one_of(st.none(), st.sampled_from(["HiveSQL", "Dummy", "x"])),
        "preNodeName": st.one_of(st.none(), st.lists(st.one_of(NAMES, st.none()), max_size=5)),
        "location": st.one_of(st.none(), st.fixed_dictionaries({}, optional={"x": PLACES, "y": PLACES})),
        "conditions": st.lists(
            st.fixed_dictionaries({"preNodeName": NAMES, "expression": NAMES}), max_size=2
        ),
    },
)
DOCUMENTS = st.fixed_dictionaries({"nodes": st.lists(st.one_of(NODES, st.none()), max_size=25)})


@settings(max_examples=60)
@given(DOCUMENTS, st.sampled_from(Direction))
def test_any_document_is_laid_out(document, direction):
    graph = graph_of(document)
    layout = tidy(graph, direction)
    assert (layout is None) == (not graph.cards)
    if layout is None:
        return
    for (x, y), (x2, y2) in combinations(layout.cards, 2):
        assert abs(x - x2) >= CARD_WIDTH or abs(y - y2) >= CARD_HEIGHT
    along = 0 if direction is Direction.RIGHT else 1
    for place, edge in enumerate(graph.edges):
        passed = [layout.cards[edge.before], *layout.bends.get(place, ()), layout.cards[edge.after]]
        if not edge.closes_loop:
            assert [spot[along] for spot in passed] == sorted(spot[along] for spot in passed)
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in layout.cards)


@pytest.fixture
def handed_over(monkeypatch):
    """What the library is given."""
    calls = []
    real = layered.fast_sugiyama.from_edges

    def watched(edges, **options):
        calls.append(list(edges))
        return real(edges, **options)

    monkeypatch.setattr(layered.fast_sugiyama, "from_edges", watched)
    return calls


def test_loops_and_circles_never_reach_the_library(handed_over):
    ring = [node(str(n), preNodeName=[str((n - 1) % 5), str(n), str(n)]) for n in range(5)]
    pair = [node("a", preNodeName=["b"]), node("b", preNodeName=["a"])]
    assert tidy(graph_of(job(*ring, *pair, node("alone", preNodeName=["alone"]))))
    for edges in handed_over:
        assert all(before != after for before, after in edges)
        assert len(set(edges)) == len(edges)
        assert {(after, before) for before, after in edges}.isdisjoint(edges)
    assert [len(edges) for edges in handed_over] == [4, 1]


def test_each_connected_part_goes_there_alone(handed_over):
    pairs = [part for n in range(6) for part in (node(f"a{n}"), node(f"b{n}", preNodeName=[f"a{n}"]))]
    assert tidy(graph_of(job(*pairs)))
    assert handed_over == [[(0, 1)]] * 6


@pytest.mark.timed
@pytest.mark.parametrize("count", [MOST_TIDY, 200])
def test_the_densest_graph_is_laid_out_at_once(count):
    dense = graph_of(
        job(*(node(str(n), preNodeName=[str(k) for k in range(max(0, n - 15), n)]) for n in range(count)))
    )
    began = process_time()
    assert tidy(dense)
    assert process_time() - began < 1


def test_more_cards_are_not_laid_out():
    assert tidy(graph_of(job(*(node(str(n)) for n in range(MOST_TIDY + 1))))) is None
    assert tidy(graph_of(job())) is None


def test_the_direction_suits_the_page():
    wide = [node("start"), *(node(f"n{n}", preNodeName=["start"]) for n in range(12))]
    assert tidy(graph_of(job(*wide))).direction is Direction.RIGHT
    long = [node(str(n), preNodeName=[str(n - 1)] if n else []) for n in range(12)]
    assert tidy(graph_of(job(*long))).direction is Direction.DOWN
