"""Threads that an event loop hands work to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
Work = tuple["asyncio.Future[Any]", Callable[[], Any]]


class Lane:
    """One thread. What runs on it may keep a transaction open from one step to the next."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: SimpleQueue[Work] = SimpleQueue()
        Thread(target=self._work, name="lane", daemon=True).start()

    async def run(self, step: Callable[[], T]) -> T:
        """Return what `step` returns on this thread, or raise what it raises.

        A thread cannot be stopped: when the caller is cancelled, the step ends first.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put((future, step))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            raise

    def _work(self) -> None:
        while True:
            future, step = self._queue.get()
            outcome, error = None, None
            try:
                outcome = step()
            except Exception as raised:
                error = raised
            except BaseException as raised:  # would end the event loop
                error = RuntimeError(repr(raised))
            self._loop.call_soon_threadsafe(_settle, future, outcome, error)
            del future, step, outcome, error


class Lanes:
    """The lanes of a process: `running` work at a time, `most` exist, since some wait for their client.

    The lane that was used last is used next, so that few have a database connection.
    """

    def __init__(self, running: int, most: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._running = asyncio.Semaphore(running)
        self._free = asyncio.Semaphore(most)
        self._idle: list[Lane] = []

    async def take(self) -> Lane:
        """Return a lane that nobody else has."""
        await self._free.acquire()
        return self._idle.pop() if self._idle else Lane(self._loop)

    def give(self, lane: Lane) -> None:
        """Take back a lane whose last step has ended."""
        self._idle.append(lane)
        self._free.release()

    async def run(self, lane: Lane, step: Callable[[], T]) -> T:
        """Return what `step` returns on `lane`, when it is its turn."""
        async with self._running:
            return await lane.run(step)


class Hold:
    """A lane for the steps of one request, from its first to `release` or the end of the `with` block.

    After `release` each step runs on any lane.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._lane: Lane | None = None

    async def __aenter__(self) -> Hold:
        self._lane = await self._lanes.take()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.release()

    async def run(self, step: Callable[[], T]) -> T:
        """Return what `step` returns on the lane, or raise what it raises."""
        if self._lane:
            return await self._lanes.run(self._lane, step)
        async with self:
            return await self.run(step)

    def release(self) -> None:
        """Give the lane to others."""
        if self._lane:
            self._lanes.give(self._lane)
            self._lane = None


def _settle(future: asyncio.Future[Any], outcome: Any, error: Exception | None) -> None:
    if error is None:
        future.set_result(outcome)
    else:
        future.set_exception(error)
