"""The gunicorn worker of the portal: its event loop, which keeps no client for longer than it works."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connections
from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers.gasgi import ASGIWorker

from dlfportal.serving.bridge import Bridge

WRITE_AHEAD_BYTES = 512 * 1024
"""So much waits for a client on its connection before more is taken from its answer."""

SWEEP_SECONDS = 5.0
HEAD_SECONDS = 20.0
"""So long a connection may take to send the head of its first request."""

STALL_SWEEPS = 12
"""After so many sweeps in which it took no byte of what waits for it, a client is gone."""


class Connection(ASGIProtocol):  # type: ignore[misc]
    """One connection, which ends when its client does nothing for long."""

    worker: PortalWorker

    def connection_made(self, transport: Any) -> None:
        """Begin; when there are too many connections, one that asks for nothing makes room."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=WRITE_AHEAD_BYTES)
        self.began = self.worker.loop.time()
        self.waiting, self.stalled = 0, 0
        self.feeding = self.broken = False
        self.worker.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.worker.connections.pop(self, None)
        super().connection_lost(exc)

    @property
    def is_idle(self) -> bool:
        """Whether no request has come in that is not answered yet."""
        return self._current_request is None and not self._finishing_calls

    def eof_received(self) -> bool:
        """Keep a half-closed connection for the answer to what has come in."""
        receiver = self._body_receiver
        if receiver is not None and not receiver._complete:
            receiver.signal_disconnect()
        return not self.is_idle

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the request has been found broken."""
        if self.broken:
            return
        self.feeding = True
        try:
            super().data_received(data)
        finally:
            self.feeding = False

    def _send_error_response(self, status: int, message: str, extra_headers: Any = ()) -> None:
        """Refuse a request that is no HTTP. When only its body is broken, the application answers."""
        receiver = self._body_receiver
        if self.feeding and receiver is not None and not receiver._complete:
            self.broken = True
            receiver.signal_disconnect()
        else:
            super()._send_error_response(status, message, extra_headers)

    def _close_transport(self) -> None:
        if not (self.broken and self.feeding):
            super()._close_transport()
            self.transport.close()  # the end of writing fails, and nothing closes, when the client is gone

    def sweep(self, now: float) -> None:
        """End the connection if its client has been silent, or has taken nothing, for too long."""
        waiting = self.transport.get_write_buffer_size()
        self.stalled = self.stalled + 1 if waiting and waiting == self.waiting else 0
        self.waiting = waiting
        silent = self.is_idle and self.req_count <= 1 and now - self.began > HEAD_SECONDS
        if silent or self.stalled >= STALL_SWEEPS:
            self.transport.abort()


class PortalWorker(ASGIWorker):  # type: ignore[misc]
    """Serves a WSGI application: `--threads` of its requests run at a time, any number of clients wait."""

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Accept any settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connections: dict[Connection, None] = {}

    def admit(self, connection: Connection) -> None:
        """Count a new connection in; beyond `--worker-connections` the oldest idle one is ended."""
        self.connections[connection] = None
        if len(self.connections) > self.worker_connections:
            oldest = next((each for each in self.connections if each.is_idle), connection)
            self.connections.pop(oldest)
            oldest.transport.abort()

    def handle_exit_signal(self) -> None:
        """Begin to stop: no new connections, the requests that run are answered."""
        super().handle_exit_signal()
        self.stopping.set()

    def handle_quit_signal(self) -> None:
        """Stop at once."""
        super().handle_quit_signal()
        self.stopping.set()

    async def _serve(self) -> None:
        self.stopping = asyncio.Event()
        self.asgi = Bridge(self.wsgi, self.cfg.threads, settings.DLF_MAX_BODY + 1, connections_rest)
        for listener in self.sockets:
            self.servers.append(
                await self.loop.create_server(
                    lambda: Connection(self), sock=listener.sock, ssl=self._get_ssl_context()
                )
            )
        swept = self.loop.time()
        while self.alive and self.ppid == os.getppid():
            self.notify()
            if (now := self.loop.time()) - swept >= SWEEP_SECONDS:
                swept = now
                for connection in list(self.connections):
                    connection.sweep(now)
            await _set_within(self.stopping, 1.0)
        for connection in list(self.connections):
            if connection.is_idle:
                connection.transport.close()
        await self._shutdown()

    def load_wsgi(self) -> None:
        """Load the application."""
        self.wsgi = self.app.wsgi()


def connections_rest() -> None:
    """Close the connections of this thread to a database server, if they are in no transaction."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" and not connection.in_atomic_block:
            connection.close()


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
