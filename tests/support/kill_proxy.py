"""A proxy between a program and an AWS emulator that kills the program at a chosen call.

HTTP/1.1 with kept connections towards the program; one connection for each request towards the emulator. Bodies go through as
they came, `aws-chunked` ones too. The `Host` is always the same, because moto makes URLs of queues from it, and the emulator's
port differs from try to try.
"""

import asyncio
import re
from dataclasses import dataclass

HOST = b"localhost:4566"

# When the program dies: before its request is sent on; when AWS has done it and the reply is not given; after the reply.
MOMENTS = ("before", "done", "after")


@dataclass(frozen=True)
class Kill:
    """The `at`-th call, counted from 1 in the order of arrival."""

    at: int
    moment: str
    # Seconds between the reply and the end, for `after`.
    delay: float = 0.0


class KillProxy:
    def __init__(self, upstream_port):
        self.upstream_port = upstream_port
        self.calls = []
        self.struck = None
        self._kill = None
        self._process = None
        # The event loop itself holds tasks weakly.
        self._open = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self):
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=1 << 20)
        self.endpoint = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self):
        self._server.close()

    def begin(self, kill=None):
        """Counts from the start again; `kill` is for the process that `attach` names."""
        self.calls = []
        self.struck = None
        self._kill = kill
        self._process = None

    def attach(self, process):
        self._process = process

    async def idle(self):
        """Until everything that a dead program had sent was answered: AWS carries out what has reached it."""
        await self._idle.wait()

    async def _connection(self, reader, writer):
        self._open.add(asyncio.current_task())
        self._idle.clear()
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(asyncio.current_task())
            if not self._open:
                self._idle.set()
            writer.close()

    async def _exchange(self, reader, writer):
        """One request and its reply; false when the connection is at its end."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return False
        headers = headers_of(head)
        if headers.get(b"expect", b"").lower() == b"100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await read_body(reader, headers)
        self.calls.append(label(head, headers, body))
        kill = self._kill if self._kill and len(self.calls) == self._kill.at else None
        if kill and kill.moment == "before":
            return self._strike()
        reply = await self._forward(head, body)
        if kill and kill.moment == "done":
            return self._strike()
        try:
            writer.write(for_kept_connection(reply, head.startswith(b"HEAD ")))
            await writer.drain()
        finally:
            if kill:
                await asyncio.sleep(kill.delay)
                self._strike()
        return True

    def _strike(self):
        self.struck = self.calls[self._kill.at - 1]
        try:
            self._process.kill()
        except ProcessLookupError:
            # It had ended by itself.
            self.struck = None
        return False

    async def _forward(self, head, body):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        head = re.sub(rb"(?im)^host:[^\r]*", b"Host: " + HOST, head, count=1)
        writer.write(head + body)
        await writer.drain()
        reply = await reader.read()
        writer.close()
        return reply


def headers_of(head):
    headers = {}
    for line in head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers


async def read_body(reader, headers):
    """The bytes of the body as they are on the wire."""
    if headers.get(b"transfer-encoding", b"").lower() != b"chunked":
        return await reader.readexactly(int(headers.get(b"content-length", 0)))
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        body += line
        size = int(line.split(b";")[0], 16)
        if size == 0:
            break
        body += await reader.readexactly(size + 2)
    while True:
        line = await reader.readuntil(b"\r\n")
        body += line
        if line == b"\r\n":
            return body


def for_kept_connection(reply, head_request):
    """A reply that ended with its connection, as one with a length."""
    head, _, body = reply.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    status = re.sub(rb"^HTTP/1\.[01]", b"HTTP/1.1", status)
    drop = {b"connection", b"transfer-encoding"} | (set() if head_request else {b"content-length"})
    lines = [line for line in lines if line.partition(b":")[0].strip().lower() not in drop]
    if not head_request:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([status, *lines, b"", b""]) + (b"" if head_request else body)


def label(head, headers, body):
    """What a call is, for people: `ec2:CreateVpc`, `s3 PUT /bucket/key`."""
    target = headers.get(b"x-amz-target")
    scope = re.search(rb"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request", headers.get(b"authorization", b""))
    service = scope[1].decode() if scope else "?"
    if target:
        return f"{service}:{target.rpartition(b'.')[2].decode()}"
    action = re.search(rb"(?:^|&)Action=(\w+)", body)
    if action:
        return f"{service}:{action[1].decode()}"
    method, path = head.split(b" ", 2)[:2]
    return f"{service} {method.decode()} {path.decode().replace('x-id=', '')}"
