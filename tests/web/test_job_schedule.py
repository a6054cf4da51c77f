"""The schedule of a job's page: words, next runs, what waits, and what is wrong with it."""

from __future__ import annotations

import re

from tests.factories import JobFactory, node
from tests.web.pages import address, text_of


def job(workspace, name="daily", **cron):
    cron = {"startTime": "2026-03-23T00:00:00+08", "expression": "0 15 5 * * ?", **cron}
    schedule = {"type": "CRON", "cron": cron}
    return JobFactory(workspace=workspace, name=name, nodes=[node("a")], schedule=schedule)


def test_next_five_runs_stand_in_the_zone_of_the_job_and_of_the_reader(client_for, viewer, workspace):
    job(workspace, expressionTimeZone="Asia/Shanghai")
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/"), tab="schedule")
    runs = re.findall(
        r'<td class="mono">\d{4}-\d\d-\d\d (\d\d:\d\d)</td><td><time.*?(\d\d:\d\d)</time>', html
    )
    assert runs == [("05:15", "21:15")] * 5
    assert html.count('class="starts">1</td>') == 7
    assert re.search(r"Every day at 05:15.*?next: <time", html)


def test_a_schedule_that_ended_says_so_on_every_tab(client_for, viewer, workspace):
    job(workspace, endTime="2025-12-31T00:00:00+08")
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    for tab in ("nodes", "uses"):
        assert "ended schedule" in text_of(browser, url, tab=tab)
    html = text_of(browser, url, tab="schedule")
    assert '<p class="ended">ended <time' in html
    assert "Next runs" not in html


def test_an_expression_that_dlf_refuses_is_not_shown_as_a_plain_schedule(client_for, viewer, workspace):
    job(workspace, expression="5 15 5 * * ?")
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    html = text_of(browser, url, tab="schedule")
    assert "would refuse this expression" in html and "Field 1 of the cron expression" in html
    assert '<p class="when">' not in html and "Next runs" not in html
    assert "refused schedule" in text_of(browser, url, tab="nodes")


def test_who_waits_is_told_apart_from_who_starts_it(client_for, viewer, workspace):
    job(workspace)
    job(workspace, "waiter", dependJobs={"jobs": ["daily"]})
    JobFactory(workspace=workspace, name="starter", nodes=[node("n", "DLFSubJob", jobName="daily")])
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/"), tab="schedule")
    assert ">waiter</a>" in html and ">starter</a>" not in html


def test_odd_zones_and_expressions_have_no_preview(client_for, viewer, workspace):
    for number, (expression, zone) in enumerate((("0 0 5 15W * ?", "UTC"), ("0 15 5 * * ?", "Mars/Base"))):
        job(workspace, f"odd{number}", expression=expression, expressionTimeZone=zone)
        html = text_of(client_for(viewer), address(workspace, f"jobs/odd{number}/"), tab="schedule")
        assert "No preview for this expression" in html
