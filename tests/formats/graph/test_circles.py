"""Circles among edges, and what edges connect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.graph.circles import connected, rings, shortest_circle

EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def reached(edges, start):
    """Return what is reached from a node by one edge at least."""
    found, work = set(), [start]
    while work:
        node = work.pop()
        new = {after for before, after in edges if before == node} - found
        found |= new
        work += new
    return found


@given(EDGES)
def test_a_node_is_in_a_ring_exactly_if_it_reaches_itself(edges):
    nodes = {node for edge in edges for node in edge}
    found = rings(edges)
    assert {node for ring in found for node in ring} == {
        node for node in nodes if node in reached(edges, node)
    }
    for ring in found:
        assert all(set(ring) <= reached(edges, node) for node in ring)
    assert sum(map(len, found)) == len({node for ring in found for node in ring})


@given(EDGES)
def test_a_way_round_a_ring_follows_its_edges(edges):
    after = {}
    for before, following in edges:
        after.setdefault(before, []).append(following)
    for ring in rings(edges):
        way = shortest_circle(ring, after)
        assert way[0] == ring[0]
        assert set(way) <= set(ring)
        assert len(set(way)) == len(way)
        assert all((one, other) in edges for one, other in zip(way, [*way[1:], way[0]], strict=True))


@given(EDGES)
def test_parts_are_what_edges_connect_in_either_direction(edges):
    both = edges + [(after, before) for before, after in edges]
    parts = connected(edges)
    assert sorted(node for part in parts for node in part) == sorted(
        {node for edge in edges for node in edge}
    )
    for part in parts:
        assert reached(both, part[0]) == set(part)


def test_long_chains_and_large_rings_take_no_depth():
    chain = [(number, number + 1) for number in range(20_000)]
    assert rings(chain) == []
    assert [len(ring) for ring in rings([*chain, (20_000, 0)])] == [20_001]
    assert [len(part) for part in connected(reversed(chain))] == [20_001]
    assert rings([(5, 5), (1, 2), (2, 1)]) == [[5], [1, 2]]
