"""A WSGI application behind the event loop: on which thread its steps run, and how they end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from dlfportal.serving import bridge
from dlfportal.serving.answer import AHEAD_BYTES
from dlfportal.serving.body import SMALL
from dlfportal.serving.bridge import Bridge

MOST = 200_000
PIECE = b"x" * 64 * 1024
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Client:
    """One request to a bridge over `application`, by a client that takes `takes` messages and then waits."""

    def __init__(self, *body: bytes, headers: dict[str, str] | None = None, takes: int | None = None) -> None:
        self.body = list(body)
        self.headers = headers if headers is not None else {"content-length": str(sum(map(len, body)))}
        self.takes = takes
        self.received = 0
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()

    async def ask(self, served: Bridge, method: str = "POST", path: bytes = b"/a%2Fb") -> None:
        scope = {
            "type": "http", "method": method, "raw_path": path, "query_string": b"q=1", "root_path": "",
            "server": ("127.0.0.1", 80), "client": ("127.0.0.2", 5), "http_version": "1.1", "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in self.headers.items()],
        }  # fmt: skip
        await served(scope, self.receive, self.send)

    async def receive(self) -> dict[str, Any]:
        if self.received < len(self.body):
            self.received += 1
            more = self.received < len(self.body) or self.gone.is_set()
            return {"type": "http.request", "body": self.body[self.received - 1], "more_body": more}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if self.takes is not None and len(self.sent) >= self.takes:
            await asyncio.Event().wait()
        self.sent.append(message)

    @property
    def content(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def is_answered(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False


class Long:
    """An answer of many pieces, which notes the threads of its steps."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces
        self.threads: set[threading.Thread] = set()
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.threads.add(threading.current_thread())
        if not self.left:
            raise StopIteration
        self.left -= 1
        return PIECE

    def close(self) -> None:
        self.threads.add(threading.current_thread())
        self.closed += 1


def answering(result: Callable[[dict[str, Any]], Iterable[bytes]], headers: int = 2) -> Application:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = result(environ)
        start_response("200 OK", [("X-Name", "value"), ("Content-Length", "5")][:headers])
        return answer

    return application


def served(application: Any, threads: int = 1) -> Bridge:
    return Bridge(application, threads, MOST, lambda: None)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def test_what_was_sent_is_what_the_application_sees() -> None:
    async def run() -> None:
        client = Client(b"one\n", b"two", headers={"content-length": "7", "cookie": "a=1", "x-a-b": "c"})
        await client.ask(served(answering(lambda environ: [seen(environ)])))
        assert client.sent[0]["status"] == 200
        assert client.sent[0]["headers"] == [(b"X-Name", b"value"), (b"Content-Length", b"5")]
        assert client.content == b"/a/b /a%2Fb?q=1 127.0.0.2 7 a=1 c one\n|two"
        assert client.is_answered

    def seen(environ: dict[str, Any]) -> bytes:
        names = ("PATH_INFO", "RAW_URI", "REMOTE_ADDR", "CONTENT_LENGTH", "HTTP_COOKIE", "HTTP_X_A_B")
        lines = b"|".join(environ["wsgi.input"].readlines())
        return " ".join(environ[name] for name in names).encode() + b" " + lines

    asyncio.run(run())


@pytest.mark.parametrize("known", [True, False])
def test_a_large_body_is_awaited_without_a_thread_when_the_application_asks_for_it(known: bool) -> None:
    calls = []

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        calls.append(1)
        body = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [str(len(body)).encode(), b" ", body[-3:]]

    async def run() -> None:
        parts = [b"a" * SMALL, b"b" * SMALL, b"end"]
        headers = None if known else {"transfer-encoding": "chunked"}
        client = Client(*parts, headers=headers)
        await client.ask(served(application))
        assert client.content == b"131075 end"
        assert len(calls) == 2

    asyncio.run(run())


def test_a_body_that_nobody_reads_is_not_kept_and_one_without_a_length_is_bounded() -> None:
    async def run() -> None:
        refused = Client(*[PIECE] * 20)
        await refused.ask(served(answering(lambda environ: [b"no"])))
        assert refused.content == b"no"
        endless = Client(*[PIECE] * 20, headers={"transfer-encoding": "chunked"})
        await endless.ask(
            served(answering(lambda environ: [str(len(environ["wsgi.input"].read())).encode()]))
        )
        assert MOST < int(endless.content) <= MOST + len(PIECE)

    asyncio.run(run())


def test_a_body_that_breaks_off_cannot_be_read() -> None:
    def read(environ: dict[str, Any]) -> Iterable[bytes]:
        with pytest.raises(OSError, match="ended before"):
            environ["wsgi.input"].read()
        return [b"broken"]

    async def run() -> None:
        client = Client(b"half", headers={"content-length": "9"})
        client.gone.set()
        await client.ask(served(answering(read)))
        assert client.content == b"broken"

    asyncio.run(run())


def test_a_short_answer_frees_its_thread_before_its_client_takes_it() -> None:
    async def run() -> None:
        both = served(answering(lambda environ: [PIECE]))
        slow, fast = Client(takes=0), Client()
        waiting = asyncio.create_task(slow.ask(both))
        await fast.ask(both)
        assert fast.is_answered and not waiting.done()
        waiting.cancel()

    asyncio.run(run())


def test_a_long_answer_stays_on_its_thread_and_lets_others_run() -> None:
    async def run() -> None:
        long = Long(AHEAD_BYTES // len(PIECE) * 3)
        both = served(
            lambda environ, start: start("200 OK", []) and (long if environ["HTTP_LONG"] else [b"ok"])
        )
        slow = Client(headers={"long": "1"}, takes=3)
        waiting = asyncio.create_task(slow.ask(both))
        await until(lambda: len(slow.sent) == 3)
        for _ in range(3):
            other = Client(headers={"long": ""})
            await other.ask(both)
            assert other.content == b"ok"
        assert long.left
        slow.gone.set()
        await waiting
        assert long.closed == 1 and not slow.is_answered
        whole = Long(AHEAD_BYTES // len(PIECE) * 3)
        client = Client()
        await client.ask(served(answering(lambda environ: whole)))
        assert client.is_answered and client.content == PIECE * (AHEAD_BYTES // len(PIECE) * 3)
        assert whole.closed == 1 and len(whole.threads) == 1

    asyncio.run(run())


def test_of_too_many_long_answers_the_slowest_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "WAITING_LANES", 2)

    async def run() -> None:
        longs = [Long(100) for _ in range(3)]
        waiting = iter(longs)
        both = served(answering(lambda environ: next(waiting)))
        clients = [Client(takes=3) for _ in longs]
        tasks = []
        for client in clients:
            tasks.append(asyncio.create_task(client.ask(both)))
            await until(lambda client=client: len(client.sent) == 3)  # type: ignore[misc]
        await until(lambda: tasks[0].done())
        assert [long.closed for long in longs] == [1, 0, 0]
        for client in clients:
            client.gone.set()
        await asyncio.gather(*tasks)
        assert [long.closed for long in longs] == [1, 1, 1]

    asyncio.run(run())


def test_a_file_holds_no_thread(tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(PIECE * 30)

    async def run() -> None:
        both = served(answering(lambda environ: environ["wsgi.file_wrapper"](path.open("rb"), 65536)))
        slow, fast = Client(takes=2), Client()
        waiting = asyncio.create_task(slow.ask(both))
        await until(lambda: len(slow.sent) == 2)
        await fast.ask(both)
        assert fast.content == path.read_bytes()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.parametrize("error", [ValueError("wrong"), SystemExit(3)])
def test_an_application_that_fails_fails_the_request_only(error: BaseException) -> None:
    def fail(environ: dict[str, Any]) -> Iterable[bytes]:
        raise error

    async def run() -> None:
        client = Client()
        with pytest.raises((ValueError, RuntimeError)):
            await client.ask(served(answering(fail)))
        assert not client.sent

    asyncio.run(run())


def test_an_answer_that_fails_on_its_way_is_closed() -> None:
    class Failing(Long):
        def __next__(self) -> bytes:
            if self.left == 1:
                raise ValueError("broken")
            return super().__next__()

    async def run() -> None:
        failing = Failing(60)
        client = Client()
        with pytest.raises(ValueError, match="broken"):
            await client.ask(served(answering(lambda environ: failing)))
        assert failing.closed == 1 and not client.is_answered

    asyncio.run(run())


def test_the_first_piece_of_an_answer_without_a_length_waits_for_no_other() -> None:
    may_go_on = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        may_go_on.wait(10)
        yield b" second"

    async def run() -> None:
        client = Client()
        waiting = asyncio.create_task(client.ask(served(answering(lambda environ: pieces(), headers=1))))
        await until(lambda: client.content == b"first")
        may_go_on.set()
        await waiting
        assert client.content == b"first second" and client.is_answered

    asyncio.run(run())


def test_a_head_request_has_no_body() -> None:
    async def run() -> None:
        long = Long(3)
        client = Client()
        await client.ask(served(answering(lambda environ: long)), method="HEAD")
        assert client.content == b"" and client.is_answered
        assert long.closed == 1 and long.left == 3

    asyncio.run(run())
