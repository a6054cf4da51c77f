# 拉取各城市未来 15 天的天气预报，写成 OBS 落地目录里的 JSON Lines
# 接口按城市逐个返回，偶尔 429 或 502，所以带退避重试；单个城市失败不影响其他城市

from __future__ import annotations

import argparse
import json
import logging
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

log = logging.getLogger("weather")

ATTEMPTS = 5
RETRY_ON = {429, 500, 502, 503, 504}
UNITS = str.maketrans("", "", "℃m级 ")


class CityFailed(Exception):
    """一个城市在全部重试之后仍然失败。"""


def call(url: str, timeout: float = 10.0) -> Any:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in RETRY_ON:
                raise CityFailed(f"HTTP {error.code}") from error
            wait = float(error.headers.get("Retry-After") or 2**attempt)
        except (urllib.error.URLError, TimeoutError, json.JSONDecodeError) as error:
            log.debug("attempt %d: %s", attempt, error)
            wait = 2.0**attempt
        time.sleep(wait + random.uniform(0, 1))  # noqa: S311
    raise CityFailed(f"gave up after {ATTEMPTS} attempts")


def flatten(city_code: str, body: dict[str, Any], fetched_at: str) -> Iterator[dict[str, Any]]:
    """把接口的嵌套结构摊平成一天一行。

    旧版接口的温度是字符串（"31℃"），新版是数字，两种都要兼容。
    """
    for ahead, day in enumerate(body["data"]["forecast"]):
        temperature = day["temperature"]
        yield {
            "city_code": city_code,
            "forecast_for": day["date"],
            "days_ahead": ahead,
            "temperature_max": number(temperature["max"]),
            "temperature_min": number(temperature["min"]),
            "rain_mm": number(day.get("precipitation", {}).get("amount", 0)),
            "wind_level": int(number(day.get("wind", {}).get("level", 0))),
            "weather_code": day.get("code") or "unknown",
            "fetched_at": fetched_at,
        }


def number(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    return float(str(value).translate(UNITS) or 0)


def cities(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        code, _, name = line.partition(",")
        if code and not code.startswith("#"):
            yield code.strip(), name.strip()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--cities", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--tolerate", type=int, default=5, help="最多允许失败的城市数")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")

    fetched_at = datetime.now(UTC).isoformat(timespec="seconds")
    failed: list[str] = []
    rows = 0
    partial = options.output.with_suffix(".part")
    with partial.open("w", encoding="utf-8") as sink:
        for code, name in cities(options.cities):
            query = urllib.parse.urlencode({"city": code, "days": 15, "lang": "zh"})
            try:
                body = call(f"{options.endpoint}?{query}")
                for row in flatten(code, body, fetched_at):
                    sink.write(json.dumps(row, ensure_ascii=False) + "\n")
                    rows += 1
            except (CityFailed, KeyError, ValueError) as error:
                log.warning("城市 %s（%s）失败：%s", name, code, error)
                failed.append(code)
    partial.replace(options.output)
    log.info("共写入 %d 行，失败 %d 个城市", rows, len(failed))
    return 1 if len(failed) > options.tolerate else 0


if __name__ == "__main__":
    raise SystemExit(main())
