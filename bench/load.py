"""The load on a server, from a process of its own: so many clients that ask the same again and again.

`python -m bench.load PORT CLIENTS SECONDS`, the bytes of a request on standard input; prints how many
answers came and the seconds that took. It parses no more of an answer than its length, so that it costs
little and the same whatever it asks.
"""

from __future__ import annotations

import re
import selectors
import socket
import sys
import time

BUFFER = 1 << 20
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED_END = b"\r\n0\r\n\r\n"


class Client:
    """One connection that is kept: it asks, and asks again when the answer is whole."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.request = request
        self.ask()

    def ask(self) -> None:
        """Send the request."""
        self.head, self.left, self.tail = b"", -1, b""
        self.socket.sendall(self.request)

    def take(self, buffer: bytearray) -> bool:
        """Take what came; return whether the answer is whole. Raises RuntimeError for any but 200."""
        count = self.socket.recv_into(buffer)
        if not count:
            raise RuntimeError("the server ended the connection")
        if self.left >= 0:
            self.left -= count
            return self.left == 0
        data = bytes(buffer[:count])
        if b"\r\n\r\n" not in self.head:
            data, self.head = b"", self.head + data
            head, end, data = self.head.partition(b"\r\n\r\n")
            if not end:
                return False
            if b" 200 " not in head.partition(b"\r\n")[0]:
                raise RuntimeError(self.head.decode(errors="replace")[:1000])
            if length := LENGTH.search(head):
                self.left = int(length[1]) - len(data)
                return self.left == 0
        self.tail = (self.tail + data)[-len(CHUNKED_END) :]
        return self.tail == CHUNKED_END


def main() -> None:
    """Ask for the seconds given, and print "ANSWERS SECONDS"."""
    port, clients, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    request = sys.stdin.buffer.read()
    buffer = bytearray(BUFFER)
    answers = 0
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for _ in range(clients):
            client = Client(port, request)
            selector.register(client.socket, selectors.EVENT_READ, client)
        while (passed := time.perf_counter() - started) < seconds:
            for key, _ in selector.select(1.0):
                if key.data.take(buffer):
                    answers += 1
                    key.data.ask()
    print(answers, passed)


if __name__ == "__main__":
    main()
