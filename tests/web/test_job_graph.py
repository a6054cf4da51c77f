"""The graph of a job: on its page, as a file, and what is kept of it."""

from __future__ import annotations

import re
from time import process_time
from xml.etree import ElementTree

import pytest
from django.core.cache import caches

from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_delete, object_update
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries, count_queries
from tests.web.pages import address, text_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["graphs"].clear()


def picture_of(client, workspace, name="daily", number=1, query=""):
    response = client.get(address(workspace, f"jobs/{name}/revisions/{number}/graph.svg{query}"))
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def cards_of(picture):
    return {card.get("href"): card.get("aria-label") for card in picture.iter(f"{SVG}a")}


def wide_job(workspace, count=200, name="wide"):
    nodes = [
        node(
            f"load_orders_{n:03}",
            "HiveSQL",
            [f"load_orders_{n - 14:03}"] if n >= 14 else [],
            scriptName=f"s{n % 20}",
        )
        for n in range(count)
    ]
    return JobFactory(workspace=workspace, name=name, nodes=nodes)


def test_each_card_says_what_it_is_and_what_is_around_it(client_for, viewer, workspace):
    ScriptFactory(workspace=workspace, name="load_part")
    JobFactory(
        workspace=workspace,
        name="daily",
        nodes=[
            node("wait", "Dummy"),
            node("load", "HiveSQL", ["wait"], scriptName="load_part"),
            node("tell", "SMN", ["load"]),
        ],
    )
    cards = cards_of(picture_of(client_for(viewer), workspace))
    assert cards["#node-1"] == "load, Hive SQL, after wait, before tell, uses script load_part"
    assert list(cards) == ["#node-0", "#node-1", "#node-2"]


def test_the_page_shows_the_picture_and_a_list_that_its_cards_lead_to(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a"), node("b", after=["a"])])
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/"))
    for place in (0, 1):
        assert f'href="#node-{place}"' in html
        assert f'id="node-{place}"' in html
    assert "style=" not in html
    assert "<style" not in html


def test_names_stay_text_and_the_file_is_well_formed(client_for, viewer, workspace):
    odd = "<b>&\"' \x01 \ufffe"
    JobFactory(workspace=workspace, name="daily", nodes=[node(odd, "<i>")])
    client = client_for(viewer)
    (label,) = cards_of(picture_of(client, workspace)).values()
    assert label.startswith("<b>&\"' ")
    assert "<b>" not in text_of(client, address(workspace, "jobs/daily/"))


def test_a_missing_script_is_marked_until_it_is_there(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a", "HiveSQL", scriptName="load")])
    client, url = client_for(viewer), address(workspace, "jobs/daily/revisions/1/graph.svg")
    before = client.get(url)
    assert b'class="g-card g-missing"' in before.content
    script = ScriptFactory(workspace=workspace, name="load")
    after = client.get(url)
    assert b'class="g-card g-missing"' not in after.content
    assert before["ETag"] != after["ETag"]
    object_delete(actor=operator(), target=script)
    assert client.get(url)["ETag"] == before["ETag"]


def test_the_right_is_checked_before_not_modified(client_for, viewer, stranger, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    url = address(workspace, "jobs/daily/revisions/1/graph.svg")
    etag = client_for(viewer).get(url)["ETag"]
    assert client_for(viewer).get(url, headers={"If-None-Match": etag}).status_code == 304
    assert client_for(stranger).get(url, headers={"If-None-Match": etag}).status_code == 404


def test_the_etag_differs_by_language_layout_and_content(client_for, viewer, workspace):
    places = [node("a") | {"location": {"x": 0, "y": 0}}, node("b") | {"location": {"x": 300, "y": 0}}]
    job = JobFactory(workspace=workspace, name="daily", nodes=places)
    client, url = client_for(viewer), address(workspace, "jobs/daily/revisions/1/graph.svg")
    tags = [
        client.get(url)["ETag"],
        client.get(f"{url}?way=tidy")["ETag"],
        client.get(f"{url}?tall=1")["ETag"],
    ]
    tags.append(client.get(url, headers={"Accept-Language": "zh-hans"})["ETag"])
    object_update(actor=operator(), target=job, document=document_of(job.revision) | {"description": "new"})
    tags.append(client.get(url.replace("/1/", "/2/"))["ETag"])
    assert len(set(tags)) == len(tags)


def test_a_download_has_its_colours_within(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="日报", nodes=[node("a")])
    response = client_for(viewer).get(address(workspace, "jobs/日报/revisions/1/graph.svg?download=1"))
    assert "attachment" in response["Content-Disposition"]
    assert "%E6%97%A5%E6%8A%A5.svg" in response["Content-Disposition"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"<style>" in response.content
    assert b"var(" not in response.content


def test_both_layouts_can_be_chosen_when_both_exist(client_for, viewer, workspace):
    places = [
        node("a") | {"location": {"x": 0, "y": 0}},
        node("b", after=["a"]) | {"location": {"x": 0, "y": 300}},
    ]
    JobFactory(workspace=workspace, name="drawn", nodes=places)
    JobFactory(workspace=workspace, name="heap", nodes=[node("a"), node("b", after=["a"])])
    client = client_for(viewer)
    html = text_of(client, address(workspace, "jobs/drawn/"))
    assert ">As drawn</a>" in html
    assert ">Tidy</a>" in html
    assert 'data-direction="right"' in text_of(client, address(workspace, "jobs/drawn/"), way="tidy")
    assert ">As drawn</a>" not in text_of(client, address(workspace, "jobs/heap/"))


def test_a_job_without_nodes_says_so(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="empty", nodes=[])
    client = client_for(viewer)
    assert "This job has no nodes yet" in text_of(client, address(workspace, "jobs/empty/"))
    assert client.get(address(workspace, "jobs/empty/revisions/1/graph.svg")).status_code == 404


def test_a_job_too_large_lists_its_nodes_and_draws_their_neighbours(client_for, viewer, workspace):
    wide_job(workspace, 260)
    client = client_for(viewer)
    html = text_of(client, address(workspace, "jobs/wide/"))
    assert "The graph has 260 nodes and is not drawn" in html
    assert "data-graph-canvas" not in html
    (near,) = set(re.findall(r'href="([^"]*near=20)"', html))
    html = text_of(client, near)
    assert set(re.findall(r'<a href="#node-(\d+)" transform', html)) == {"6", "20", "34"}
    html = text_of(client, f"{near}&steps=2")
    assert set(re.findall(r'<a href="#node-(\d+)" transform', html)) == {"6", "20", "34", "48"}


def test_a_circle_is_drawn_and_marked(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a", after=["b"]), node("b", after=["a"])])
    client = client_for(viewer)
    assert "closes a loop" in text_of(client, address(workspace, "jobs/daily/"))
    assert picture_of(client, workspace).find(f".//{SVG}g[@class='g-loop']") is not None


def test_what_an_address_asks_for_wrongly_is_passed_over(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    client = client_for(viewer)
    for query in ("way=x", "near=x", "near=-1", "near=²", "near=99", f"near={'9' * 400}", "steps=9&near=0"):
        assert client.get(address(workspace, f"jobs/daily/?{query}")).status_code == 200


def test_the_page_and_the_picture_of_200_nodes_are_small(client_for, viewer, workspace):
    wide_job(workspace)
    client = client_for(viewer)
    assert len(text_of(client, address(workspace, "jobs/wide/")).encode()) <= 250 * 1024
    url = address(workspace, "jobs/wide/revisions/1/graph.svg")
    assert len(client.get(url).content) <= 70 * 1024


@pytest.mark.timed
def test_a_graph_of_200_nodes_is_soon_drawn_and_sooner_sent_again(client_for, viewer, workspace):
    wide_job(workspace, 30, "other")
    wide_job(workspace)
    client, url = client_for(viewer), address(workspace, "jobs/wide/revisions/1/graph.svg")
    client.get(address(workspace, "jobs/other/revisions/1/graph.svg"))
    began = process_time()
    client.get(url)
    cold = process_time() - began
    times = []
    for _ in range(5):
        began = process_time()
        client.get(url)
        times.append(process_time() - began)
    assert cold < 0.4
    assert min(times) < 0.03


def test_queries_do_not_grow_with_the_nodes(client_for, viewer, workspace):
    client = client_for(viewer)
    JobFactory(workspace=workspace, name="small", nodes=[node("a", "HiveSQL", scriptName="s0")])
    small, large = (address(workspace, f"jobs/{name}/") for name in ("small", "wide"))

    def both():
        wide_job(workspace)

    assert_same_queries(both, lambda: client.get(small))
    client.get(large)
    assert count_queries(lambda: client.get(large)) == count_queries(lambda: client.get(small))
