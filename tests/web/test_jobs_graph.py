"""The graph of jobs: what is around a job, where to begin, what is wrong with a query, and the file."""

from __future__ import annotations

import json
import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.core.cache import caches

from dlfportal.catalogue import reports
from dlfportal.catalogue.job_groups import groups_count
from dlfportal.catalogue.reports import job_groups_of, reports_refresh
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from tests.factories import JobFactory, MembershipFactory, WorkspaceFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["graphs"].clear()


def starting(*names):
    return [node(f"start {name}", "DLFSubJob", jobName=name) for name in names]


def waiting(*names, elsewhere=()):
    others = [{"jobName": job, "workSpace": workspace} for workspace, job in elsewhere]
    jobs = {"jobs": list(names), "otherWorkSpaceJobs": others}
    return {"type": "CRON", "cron": {"expression": "0 15 5 * * ?", "dependJobs": jobs}}


def chain(workspace):
    """Make a → b → c → d, where b and d wait for the one before, and b starts c."""
    JobFactory(workspace=workspace, name="a")
    JobFactory(workspace=workspace, name="b", schedule=waiting("a"), nodes=starting("c"))
    JobFactory(workspace=workspace, name="c")
    JobFactory(workspace=workspace, name="d", schedule=waiting("c"))
    JobFactory(workspace=workspace, name="alone")


def drawing_of(client, workspace, query, **params):
    rest = "".join(f"&{key}={value}" for key, value in params.items())
    response = client.get(address(workspace, f"graph/graph.svg?q={quote(query)}{rest}"))
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def labels_of(drawing):
    """Return the accessible names of the cards by the names of the jobs."""
    (cards,) = (part for part in drawing.iter(f"{SVG}g") if part.get("id") == "g-cards")
    labels = [card.get("aria-label") for card in cards.iter(f"{SVG}a")]
    return {label.split(", ")[0]: label for label in labels}


def lines_of(drawing):
    """Return the lines as style and names of both ends."""
    names = list(labels_of(drawing))
    (groups,) = (part for part in drawing.iter(f"{SVG}g") if part.get("id") == "g-lines")
    return {
        (group.get("class"), *(names[int(end)] for end in line.get("data-e").split()))
        for group in groups
        for line in group
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("c", {"b", "c", "d"}),
        ("+c", {"a", "b", "c"}),
        ("b+", {"b", "c", "d"}),
        ("+c+1", {"a", "b", "c", "d"}),
        ("1+c", {"b", "c"}),
        ("0+b", {"b"}),
        ("a+2", {"a", "b", "c"}),
        ("0+a 0+alone", {"a", "alone"}),
        ("0+a d", {"a", "c", "d"}),
    ],
)
def test_a_query_shows_what_is_so_many_steps_away(client_for, viewer, workspace, query, names):
    chain(workspace)
    assert set(labels_of(drawing_of(client_for(viewer), workspace, query))) == names


def test_lines_say_who_starts_and_who_waits(client_for, viewer, workspace):
    chain(workspace)
    drawing = drawing_of(client_for(viewer), workspace, "+d")
    assert lines_of(drawing) == {("g-waits", "a", "b"), ("g-plain", "b", "c"), ("g-waits", "c", "d")}
    labels = labels_of(drawing)
    assert labels["b"] == "b, daily 05:15, draft, waits for a, starts c"
    assert labels["c"] == "c, by hand, draft, started by b, before d"


def test_the_page_says_the_same_as_a_table_with_both_ways_on(client_for, viewer, workspace):
    chain(workspace)
    html = text_of(client_for(viewer), address(workspace, "graph/"), q="b")
    (row,) = re.findall(r"<tr><th scope=\"row\"><a [^>]*>b</a>.*?</tr>", html, re.DOTALL)
    base = f"/w/{workspace.pk}"
    assert re.findall(r'href="(/w/[^"]*)"', row) == [
        f"{base}/graph/?q=b",
        f"{base}/graph/?q=c",
        f"{base}/graph/?q=a",
        f"{base}/jobs/b/",
    ]
    assert f'href="{base}/graph/?q=2%2Bb%2B1"' in html
    assert "style=" not in html


def test_a_card_shows_where_the_job_stands_and_that_it_misses_something(client_for, viewer, workspace):
    job = JobFactory(workspace=workspace, name="a", nodes=[node("x", scriptName="gone")])
    client = client_for(viewer)
    assert labels_of(drawing_of(client, workspace, "a"))["a"] == "a, by hand, draft, 1 name is missing"
    version_submit(actor=operator(), target=job)
    assert "v1, 1 name" in labels_of(drawing_of(client, workspace, "a"))["a"]
    document = {"name": "a", "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
    object_update(actor=operator(), target=job, document=document)
    assert labels_of(drawing_of(client, workspace, "a"))["a"] == "a, by hand, v1 +1"


def test_missing_jobs_and_expressions_are_cards_of_their_own(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="a", nodes=starting("gone", "etl_${region}"))
    JobFactory(workspace=workspace, name="b", schedule=waiting("gone"))
    client = client_for(viewer)
    drawing = drawing_of(client, workspace, "a")
    assert set(labels_of(drawing)) == {"a", "gone", "etl_${region}"}
    assert "not in this workspace" in labels_of(drawing)["gone"]
    assert "named by an expression" in labels_of(drawing)["etl_${region}"]
    around = drawing_of(client, workspace, "gone")
    assert lines_of(around) == {("g-plain", "a", "gone"), ("g-waits", "gone", "b")}
    gone = JobFactory(workspace=workspace, name="gone")
    assert "not in" not in labels_of(drawing_of(client, workspace, "gone"))["gone"]
    object_delete(actor=operator(), target=gone)
    assert "not in" in labels_of(drawing_of(client, workspace, "gone"))["gone"]


def test_a_job_elsewhere_is_linked_for_those_who_may_see_it(client_for, viewer, stranger, workspace):
    visible = WorkspaceFactory(name="warehouse")
    MembershipFactory(user=viewer, workspace=visible, role="viewer")
    hidden = WorkspaceFactory(name="secret")
    for place in (visible, hidden):
        JobFactory(workspace=place, name="master")
    away = [("warehouse", "master"), ("secret", "master"), ("warehouse", "nothing")]
    JobFactory(workspace=workspace, name="a", schedule=waiting(elsewhere=away))
    client = client_for(viewer)
    html = text_of(client, address(workspace, "graph/"), q="+a")
    assert f'href="/w/{visible.pk}/graph/?q=master"' in html
    assert hidden.pk not in html
    drawing = drawing_of(client, workspace, "a")
    said = [
        one.get("aria-label")
        for one in drawing.iter(f"{SVG}a")
        if "in workspace" in one.get("aria-label", "")
    ]
    assert sorted(said) == sorted(f"{job}, in workspace {place}, before a" for place, job in away)
    assert set(labels_of(drawing_of(client, workspace, "a+"))) == {"a"}


def test_a_job_elsewhere_that_waits_is_shown_to_those_who_may_see_it(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="a")
    visible, hidden = (
        WorkspaceFactory(name="reports", project=workspace.project),
        WorkspaceFactory(name="secret"),
    )
    MembershipFactory(user=viewer, workspace=visible, role="viewer")
    for place in (visible, hidden):
        JobFactory(
            workspace=place, name=f"of_{place.name}", schedule=waiting(elsewhere=[(workspace.pk, "a")])
        )
        JobFactory(workspace=place, name="other", schedule=waiting(elsewhere=[("somewhere", "a")]))
    client = client_for(viewer)
    drawing = drawing_of(client, workspace, "a")
    assert labels_of(drawing)["of_reports"] == "of_reports, in workspace reports, waits for a"
    assert lines_of(drawing) == {("g-waits", "a", "of_reports")}
    assert f"/w/{visible.pk}/graph/?q=of_reports" in text_of(client, address(workspace, "graph/"), q="a+")
    assert set(labels_of(drawing_of(client, workspace, "+a"))) == {"a"}


def test_cycles_are_marked_by_colour_and_word_and_listed(client_for, viewer, workspace):
    for name, other in {"a": "b", "b": "c", "c": "a", "before": "a", "itself": "itself"}.items():
        JobFactory(workspace=workspace, name=name, nodes=starting(other))
    for name, other in {"x": "y", "y": "x", "last": "last"}.items():
        JobFactory(workspace=workspace, name=name, schedule=waiting(other))
    client = client_for(viewer)
    drawing = drawing_of(client, workspace, "+a")
    assert lines_of(drawing) == {
        ("g-cycle", "a", "b"),
        ("g-cycle", "b", "c"),
        ("g-cycle", "c", "a"),
        ("g-plain", "before", "a"),
    }
    assert [text.text for text in drawing.iter(f"{SVG}text")].count("cycle") == 3
    assert lines_of(drawing_of(client, workspace, "itself")) == {("g-cycle", "itself", "itself")}
    assert lines_of(drawing_of(client, workspace, "x")) == {
        ("g-cycle-waits", "x", "y"),
        ("g-cycle-waits", "y", "x"),
    }
    assert lines_of(drawing_of(client, workspace, "last")) == set()
    begin = re.sub(r"<[^>]*>|\s+", "", text_of(client, address(workspace, "graph/")))
    for words in ("starteachother:a→b→c→a", "startsitself:itself→itself", "waitforeachother:x→y→x"):
        assert words in begin
    assert "3cycles" in begin


def test_only_so_many_are_shown_the_nearest_first(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="hub")
    for number in range(140):
        JobFactory(workspace=workspace, name=f"near_{number:03}", schedule=waiting("hub"))
    for number in range(30):
        JobFactory(workspace=workspace, name=f"far_{number:03}", schedule=waiting("near_000"))
    client = client_for(viewer)
    names = set(labels_of(drawing_of(client, workspace, "hub+2")))
    assert len(names) == 150
    assert sum(name.startswith("near") for name in names) == 140
    html = text_of(client, address(workspace, "graph/"), q="hub+2")
    assert "150 jobs are shown, the nearest first, and 21 more are left out" in html
    assert "left out" not in text_of(client, address(workspace, "graph/"), q="hub+1")


def test_a_long_way_ends_and_says_so(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="j00")
    for number in range(1, 25):
        JobFactory(workspace=workspace, name=f"j{number:02}", schedule=waiting(f"j{number - 1:02}"))
    client = client_for(viewer)
    assert max(labels_of(drawing_of(client, workspace, "j00+"))) == "j20"
    assert "It goes on beyond" in text_of(client, address(workspace, "graph/"), q="j00+")
    assert "It goes on beyond" not in text_of(client, address(workspace, "graph/"), q="j10+")


def test_a_wrong_query_is_answered_with_its_fault(client_for, viewer, workspace):
    chain(workspace)
    client = client_for(viewer)
    html = text_of(client, address(workspace, "graph/"), q="a++<b>")
    assert "a+<mark>+</mark>&lt;b&gt;" in html
    assert "The query has a fault at sign 3." in html
    assert client.get(address(workspace, "graph/"), {"q": "\0"}).status_code == 400
    for query in ("a\ud800".encode("utf-8", "surrogatepass"), '"', "+" * 900, "a " * 20, "x" * 2000):
        assert client.get(address(workspace, "graph/"), {"q": query}).status_code == 200
        assert client.get(address(workspace, "graph/graph.svg"), {"q": query}).status_code == 404


def test_a_name_that_nobody_has_leads_to_those_that_have_it_in_theirs(client_for, viewer, workspace):
    for name in ("load_orders", "Orders_sync", "sales"):
        JobFactory(workspace=workspace, name=name)
    client = client_for(viewer)
    html = text_of(client, address(workspace, "graph/"), q="2+orders")
    assert "There is no job orders in this workspace" in html
    assert re.findall(r'<li><a href="[^"]*q=([^"]*)">', html) == ["Orders_sync", "load_orders"]
    assert client.get(address(workspace, "graph/graph.svg?q=orders")).status_code == 404


def test_odd_names_stay_text_and_can_be_asked_for(client_for, viewer, workspace):
    odd = '<b>+ "x" &'
    JobFactory(workspace=workspace, name=odd)
    JobFactory(workspace=workspace, name="a", nodes=starting(odd))
    client = client_for(viewer)
    html = text_of(client, address(workspace, "graph/"), q="a")
    assert "<b>" not in html
    (url,) = set(re.findall(r'href="([^"]*q=%22[^"]*)"', html)) - set(re.findall(r'href="([^"]*%2B1)"', html))
    assert 'value="&quot;&lt;b&gt;' in text_of(client, url)
    assert odd in labels_of(drawing_of(client, workspace, "a"))


def test_the_file_is_sent_anew_only_when_it_changes(client_for, viewer, stranger, workspace):
    chain(workspace)
    client, url = client_for(viewer), address(workspace, "graph/graph.svg?q=b")
    first = client.get(url)
    assert first["ETag"] == client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client_for(stranger).get(url, headers={"If-None-Match": first["ETag"]}).status_code == 404
    chinese = client.get(url, headers={"Accept-Language": "zh-hans"})
    assert chinese["ETag"] != first["ETag"]
    assert client.get(f"{url}&tall=1")["ETag"] != first["ETag"]
    assert b"<style>" in first.content
    assert b'href="/' not in first.content
    assert b"<style>" not in client.get(f"{url}&inline=1").content
    assert client.get(f"{url}&download=1")["Content-Disposition"] == 'attachment; filename="b.svg"'
    JobFactory(workspace=workspace, name="new", schedule=waiting("b"))
    assert client.get(url)["ETag"] != first["ETag"]


def test_the_start_page_shows_the_largest_groups(client_for, viewer, workspace, other_workspace):
    chain(workspace)
    chain(other_workspace)
    JobFactory(workspace=workspace, name="p", nodes=starting("q", "r"))
    JobFactory(workspace=workspace, name="q")
    JobFactory(workspace=workspace, name="r", nodes=starting("gone"))
    html = text_of(client_for(viewer), address(workspace, "graph/"))
    text = re.sub(r"<[^>]*>|\s+", " ", html)
    assert "2 groups, 7 jobs" in text
    assert "1 job stands alone" in text
    shown = re.findall(r'class="button button-small" href="[^"]*\?q=([^"]*)"', html)
    assert shown == ["a%2B", "p%2B"]


def test_groups_and_circles_of_a_workspace(workspace):
    for name, other in {"a": "b", "b": "a", "c": "b", "d": "d"}.items():
        JobFactory(workspace=workspace, name=name, nodes=starting(other))
    for number in range(12):
        JobFactory(workspace=workspace, name=f"s{number:02}", nodes=starting("end"))
    JobFactory(workspace=workspace, name="end", schedule=waiting("end"))
    found = groups_count(workspace)
    assert [
        (group.size, group.starts, group.more_starts, group.middle, group.circles) for group in found.groups
    ] == [
        (13, [f"s{number:02}" for number in range(10)], 2, "end", 0),
        (3, ["c"], 0, "b", 1),
    ]
    assert [(circle.names, circle.waits) for circle in found.circles] == [(["a", "b"], False), (["d"], False)]
    assert (found.parts, found.joined) == (2, 16)


def test_a_large_workspace_has_its_groups_from_the_worker(client_for, viewer, workspace, monkeypatch):
    monkeypatch.setattr(reports, "COUNTED_AT_ONCE", 1)
    monkeypatch.setattr(reports, "REST", 0)
    chain(workspace)
    assert job_groups_of(workspace).counted_at is None
    reports_refresh()
    kept = job_groups_of(workspace)
    assert kept.counted_at is not None
    assert kept.groups == groups_count(workspace)
    json.dumps(kept.groups.kept())
    JobFactory(workspace=workspace, name="e", nodes=starting("d"))
    assert job_groups_of(workspace).groups.joined == 4
    assert "counted" in text_of(client_for(viewer), address(workspace, "graph/"))
    reports_refresh()
    assert job_groups_of(workspace).groups.joined == 5


def test_an_empty_workspace_says_so(client_for, viewer, workspace):
    assert "starts another one" in text_of(client_for(viewer), address(workspace, "graph/"))


def test_queries_do_not_grow_with_the_jobs(client_for, viewer, workspace, monkeypatch):
    visible = WorkspaceFactory(name="warehouse")
    MembershipFactory(user=viewer, workspace=visible, role="viewer")
    client = client_for(viewer)

    def more(first, last):
        for number in range(first, last):
            name = f"near_{number:03}"
            away = [("warehouse", f"far_{number}")]
            JobFactory(
                workspace=workspace, name=name, schedule=waiting("hub", elsewhere=away), nodes=starting("end")
            )

    JobFactory(workspace=workspace, name="hub", nodes=[node("x", scriptName="gone")])
    JobFactory(workspace=workspace, name="end")
    more(0, 3)
    assert_same_queries(lambda: more(3, 30), lambda: client.get(address(workspace, "graph/?q=2%2Bend%2B2")))
    assert_same_queries(lambda: more(30, 60), lambda: client.get(address(workspace, "graph/")))


def test_ways_lead_to_the_graph_of_jobs(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="a b")
    client = client_for(viewer)
    around = f"/w/{workspace.pk}/graph/?q=%22a+b%22"
    assert around in text_of(client, address(workspace, "jobs/a b/?tab=uses"))
    assert around in text_of(client, "/go/", q="graph", at=address(workspace, "jobs/a b/"))
    for url in (address(workspace, ""), f"/go/?q=graph&at=/w/{workspace.pk}/"):
        assert f'href="/w/{workspace.pk}/graph/"' in text_of(client, url)
