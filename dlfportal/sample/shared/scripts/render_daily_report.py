"""Renders the daily sales report as one self-contained HTML page for the morning mail.

Input is the CSV export of mart.store_sales_day (one row per store, yesterday and the twenty-seven
days before). The page has three parts: the headline figures, a table of regions with small bar
charts, and the stores that need attention. Everything is inline, because mail clients load nothing.
"""

from __future__ import annotations

import argparse
import csv
import html
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

WEEKDAYS = "一二三四五六日"
RED, GREEN, GREY = "#c0392b", "#1e8449", "#7f8c8d"


@dataclass(frozen=True)
class StoreDay:
    """One store on one day."""

    store_code: str
    store_name: str
    region: str
    day: date
    orders: int
    members: int
    sales: float
    refunds: float
    cost: float
    target_rate: float

    @property
    def net(self) -> float:
        return self.sales - self.refunds

    @property
    def margin(self) -> float:
        return (self.net - self.cost) / self.net if self.net else 0.0


@dataclass(frozen=True)
class Attention:
    """Why a store is listed, with a weight for the order of the list."""

    store: StoreDay
    reason: str
    weight: float


class SalesBook:
    """All rows of the export, findable by day, store and region."""

    def __init__(self, rows: Iterable[StoreDay]) -> None:
        self.rows = list(rows)
        self.by_day: dict[date, list[StoreDay]] = defaultdict(list)
        self.by_store: dict[str, dict[date, StoreDay]] = defaultdict(dict)
        for row in self.rows:
            self.by_day[row.day].append(row)
            self.by_store[row.store_code][row.day] = row

    @property
    def newest(self) -> date:
        return max(self.by_day)

    def total(self, day: date, region: str | None = None) -> float:
        return sum(row.net for row in self.by_day.get(day, ()) if region in (None, row.region))

    def orders(self, day: date) -> int:
        return sum(row.orders for row in self.by_day.get(day, ()))

    def regions(self) -> list[str]:
        """Regions by their sales of the newest day, the largest first."""
        return sorted(
            {row.region for row in self.by_day[self.newest]},
            key=lambda region: -self.total(self.newest, region),
        )

    def series(self, region: str, days: int) -> list[float]:
        first = self.newest - timedelta(days=days - 1)
        return [self.total(first + timedelta(days=step), region) for step in range(days)]


def read_export(path: Path) -> list[StoreDay]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [
            StoreDay(
                store_code=row["store_code"],
                store_name=row["store_name"],
                region=row["region_name"] or "未分区",
                day=date.fromisoformat(row["sales_day"]),
                orders=int(row["order_cnt"] or 0),
                members=int(row["member_cnt"] or 0),
                sales=float(row["net_amount"] or 0),
                refunds=float(row["refund_amount"] or 0),
                cost=float(row["goods_cost"] or 0),
                target_rate=float(row["target_rate"] or 0),
            )
            for row in csv.DictReader(handle)
        ]


def needs_attention(book: SalesBook) -> list[Attention]:
    """Stores whose newest day is far from what the same weekday usually brings."""
    found: list[Attention] = []
    day = book.newest
    for history in book.by_store.values():
        today = history.get(day)
        if today is None:
            last = history[max(history)]
            found.append(Attention(last, f"自 {last.day:%m-%d} 起没有数据", 100.0))
            continue
        if today.orders == 0:
            found.append(Attention(today, "当日无销售", 90.0))
            continue
        same_weekday = [
            history[earlier].net
            for weeks in (1, 2, 3)
            if (earlier := day - timedelta(weeks=weeks)) in history
        ]
        if len(same_weekday) >= 2:
            usual = statistics.median(same_weekday)
            change = today.net / usual - 1 if usual else 0.0
            if change < -0.35:
                found.append(Attention(today, f"比往常同一天低 {-change:.0%}", 50 - 50 * change))
            elif change > 0.8:
                found.append(Attention(today, f"比往常同一天高 {change:.0%}", 40.0))
        if today.sales and today.refunds / today.sales > 0.08:
            found.append(Attention(today, f"退款占 {today.refunds / today.sales:.1%}", 45.0))
        if today.margin < 0.05:
            found.append(Attention(today, f"毛利率只有 {today.margin:.1%}", 42.0))
    return sorted(found, key=lambda item: (-item.weight, item.store.store_code))


def money(value: float) -> str:
    """Amounts as people here say them: from ten thousand on in 万."""
    if abs(value) >= 1e8:
        return f"{value / 1e8:.2f} 亿"
    if abs(value) >= 1e4:
        return f"{value / 1e4:.1f} 万"
    return f"{value:,.0f}"


def change_badge(now: float, before: float) -> str:
    if not before:
        return f'<span style="color:{GREY}">—</span>'
    change = now / before - 1
    color = RED if change < -0.005 else GREEN if change > 0.005 else GREY
    arrow = "▼" if change < -0.005 else "▲" if change > 0.005 else "■"
    return f'<span style="color:{color}">{arrow} {abs(change):.1%}</span>'


def sparkline(values: Sequence[float], width: int = 140, height: int = 28) -> str:
    """Bars as inline SVG; the last one is dark, days without sales are a thin line."""
    highest = max(values, default=0) or 1
    step = width / max(len(values), 1)
    bars = []
    for place, value in enumerate(values):
        tall = max(round(value / highest * height, 1), 1)
        color = "#2c3e50" if place == len(values) - 1 else "#aab7c4"
        bars.append(
            f'<rect x="{place * step:.1f}" y="{height - tall:.1f}" width="{step - 1:.1f}"'
            f' height="{tall}" fill="{color}"/>'
        )
    return f'<svg width="{width}" height="{height}" role="img">{"".join(bars)}</svg>'


def headline(book: SalesBook) -> str:
    day = book.newest
    before = day - timedelta(days=7)
    net, net_before = book.total(day), book.total(before)
    orders, orders_before = book.orders(day), book.orders(before)
    figures = [
        ("销售额", money(net), change_badge(net, net_before)),
        ("订单数", f"{orders:,}", change_badge(orders, orders_before)),
        (
            "客单价",
            f"{net / orders:.1f}" if orders else "—",
            change_badge(net / orders, net_before / orders_before) if orders and orders_before else "",
        ),
        ("营业门店", str(sum(1 for row in book.by_day[day] if row.orders)), ""),
    ]
    cells = "".join(
        f'<td style="padding:12px 24px 12px 0"><div style="color:{GREY};font-size:12px">{label}</div>'
        f'<div style="font-size:24px">{value}</div><div style="font-size:12px">{badge}</div></td>'
        for label, value, badge in figures
    )
    return f"<table><tr>{cells}</tr></table>"


def region_table(book: SalesBook) -> str:
    day = book.newest
    everything = book.total(day) or 1
    lines = []
    for region in book.regions():
        net = book.total(day, region)
        stores = [row for row in book.by_day[day] if row.region == region]
        on_target = sum(1 for row in stores if row.target_rate >= day.day / 30)
        lines.append(
            "<tr>"
            f"<td>{html.escape(region)}</td>"
            f'<td align="right">{money(net)}</td>'
            f'<td align="right">{net / everything:.1%}</td>'
            f'<td align="right">{change_badge(net, book.total(day - timedelta(days=7), region))}</td>'
            f'<td align="right">{on_target} / {len(stores)}</td>'
            f"<td>{sparkline(book.series(region, 28))}</td>"
            "</tr>"
        )
    head = "".join(f"<th>{name}</th>" for name in ("大区", "销售额", "占比", "周同比", "达标门店", "近四周"))
    return f'<table cellpadding="6"><tr>{head}</tr>{"".join(lines)}</table>'


def attention_list(items: Sequence[Attention], most: int) -> str:
    if not items:
        return "<p>没有需要关注的门店。</p>"
    lines = "".join(
        f"<li><b>{html.escape(item.store.store_name)}</b>"
        f" <small>{html.escape(item.store.store_code)}</small>：{html.escape(item.reason)}</li>"
        for item in items[:most]
    )
    more = f"<p>另有 {len(items) - most} 条，见看板。</p>" if len(items) > most else ""
    return f"<ol>{lines}</ol>{more}"


def render(book: SalesBook, most: int) -> str:
    day = book.newest
    title = f"销售日报 {day:%Y-%m-%d}（星期{WEEKDAYS[day.weekday()]}）"
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head>'
        '<body style="font-family:sans-serif;max-width:760px;margin:auto">'
        f"<h1>{title}</h1>{headline(book)}"
        f"<h2>大区</h2>{region_table(book)}"
        f"<h2>需要关注</h2>{attention_list(needs_attention(book), most)}"
        "</body></html>\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("export", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("--most", type=int, default=15)
    options = parser.parse_args()
    rows = read_export(options.export)
    if not rows:
        raise SystemExit("the export has no rows, the report is not sent")
    options.page.write_text(render(SalesBook(rows), options.most), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
