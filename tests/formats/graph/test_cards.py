"""What the graph of a document holds: its cards, and the lines between them."""

from __future__ import annotations

from dlfportal.formats.graph.around import MOST_AROUND, around
from dlfportal.formats.graph.cards import MOST_CARDS, MOST_EDGES, graph_of
from dlfportal.formats.graph.families import Family
from tests.formats.samples import job, node


def lines(graph):
    names = [card.name for card in graph.cards]
    return [(names[edge.before], names[edge.after]) for edge in graph.edges]


def test_nodes_become_cards_and_predecessors_lines():
    graph = graph_of(job(node("a", "Hive SQL"), node("b", "CDMJob", preNodeName=["a"]), node("c", "Nothing")))
    assert [(card.number, card.name, card.family) for card in graph.cards] == [
        (0, "a", Family.SQL),
        (1, "b", Family.MOVE),
        (2, "c", Family.OTHER),
    ]
    assert lines(graph) == [("a", "b")]


def test_a_line_holds_the_condition_and_whether_it_goes_on_after_a_failure():
    when = [{"preNodeName": "a", "expression": "#{x}"}]
    graph = graph_of(
        job(node("a", failPolicy="IGNORE"), node("b"), node("c", preNodeName=["a", "b"], conditions=when))
    )
    assert [(edge.condition, edge.goes_on) for edge in graph.edges] == [("#{x}", True), ("", False)]
    assert graph.cards[2].has_condition


def test_what_is_no_line_is_kept_beside_the_card():
    (card,) = graph_of(job(node("a", preNodeName=["a", "zz", "zz"], cronTrigger={"expression": "0"}))).cards
    assert card.to_itself
    assert card.unknown == ("zz",)
    assert card.has_trigger


def test_a_node_waits_for_all_nodes_of_a_name():
    graph = graph_of(job(node("a"), node("a"), node("b", preNodeName=["a", "a"])))
    assert [(edge.before, edge.after) for edge in graph.edges] == [(0, 2), (1, 2)]


def test_a_circle_is_cut_where_it_leads_back():
    graph = graph_of(
        job(
            node("start"),
            node("a", preNodeName=["start", "c"]),
            node("b", preNodeName=["a"]),
            node("c", preNodeName=["b"]),
        )
    )
    assert [
        (graph.cards[e.before].name, graph.cards[e.after].name) for e in graph.edges if e.closes_loop
    ] == [("c", "a")]


def test_the_number_of_a_card_is_its_place_in_the_document():
    document = job() | {"nodes": ["no node", None, node("a")]}
    assert [card.number for card in graph_of(document).cards] == [2]


def test_documents_of_any_shape_have_a_graph():
    for document in (
        None,
        [],
        {},
        {"nodes": None},
        {"nodes": {}},
        job({"name": 5, "preNodeName": "a", "type": []}),
    ):
        assert graph_of(document).edges == ()


def test_too_many_nodes_or_lines_are_cut():
    assert graph_of(job(*(node(str(n)) for n in range(MOST_CARDS + 1)))).is_cut
    graph = graph_of(job(*(node("same", preNodeName=["same"]) for _ in range(100))))
    assert graph.is_cut
    assert len(graph.edges) <= MOST_EDGES


def test_a_neighbourhood_reaches_so_many_lines_in_both_directions():
    chain = job(*(node(str(n), preNodeName=[str(n - 1)] if n else []) for n in range(9)))
    assert [card.name for card in around(graph_of(chain), 4, 2).cards] == ["2", "3", "4", "5", "6"]
    assert lines(around(graph_of(chain), 0, 1)) == [("0", "1")]
    assert around(graph_of(chain), 99, 1).cards == ()


def test_a_neighbourhood_is_bounded():
    star = job(node("hub"), *(node(str(n), preNodeName=["hub"]) for n in range(300)))
    found = around(graph_of(star), 0, 1)
    assert len(found.cards) == MOST_AROUND
    assert found.is_cut
