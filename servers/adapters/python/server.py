"""A server of the contract in Python, standard library only: all four transports, one event loop.

Address, port and TLS come from the environment (WIREBENCH_HOST, WIREBENCH_PORT, WIREBENCH_TLS_CERT,
WIREBENCH_TLS_KEY); one ready line goes to stdout; SIGTERM ends it.
"""

import asyncio
import base64
import hashlib
import json
import os
import re
import signal
import ssl
from urllib.parse import parse_qs, urlsplit

MAX_FRAME_BYTES = 1 << 20
KEPT_FRAMES = 10_000
MAX_HEAD_BYTES = 65_536
KEEP_ALIVE_S = 75
# A subscriber that has left so much unread does not read any more.
MAX_UNREAD_BYTES = 64 << 20

CHANNEL = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
NUMBER = re.compile(r"[0-9]{1,15}\Z")
LINE_END = re.compile(r"\r\n|\r|\n")
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3

REASONS = {
    200: "OK",
    204: "No Content",
    304: "Not Modified",
    400: "Bad Request",
    404: "Not Found",
    410: "Gone",
    413: "Content Too Large",
    426: "Upgrade Required",
    431: "Request Header Fields Too Large",
}
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class Refusal(Exception):
    """What a request is answered with instead of what it asked for."""

    def __init__(self, status, body, close=False, kind="text/plain"):
        super().__init__(body)
        self.status, self.body, self.close, self.kind = status, body, close, kind


class Channel:
    """A log of frames and those who wait for the next: functions of the frame and its cursor."""

    def __init__(self):
        self.frames = []
        self.oldest = 0
        self.subscribers = set()

    @property
    def end(self):
        return self.oldest + len(self.frames)

    def after(self, cursor):
        if cursor < self.oldest:
            gone = json.dumps({"next": self.end, "oldest": self.oldest}, separators=(",", ":"))
            raise Refusal(410, gone, kind="application/json")
        return self.frames[cursor - self.oldest :]

    def publish(self, frame):
        self.frames.append(frame)
        if len(self.frames) >= 2 * KEPT_FRAMES:
            self.oldest += len(self.frames) - KEPT_FRAMES
            del self.frames[:-KEPT_FRAMES]
        if self.subscribers:
            event, message = event_of(frame, self.end), message_of(TEXT, frame.encode())
            for subscriber in tuple(self.subscribers):
                subscriber(event, message)


channels = {}
stats = {"connections": 0, "accepted": 0, "requests": 0}


def channel_named(query):
    name = query.get("channel", "")
    if not CHANNEL.match(name):
        raise Refusal(400, "channel must be 1 to 64 letters, digits, - and _")
    return channels.setdefault(name, Channel())


def number_in(query, name):
    text = query.get(name)
    if text is not None and not NUMBER.match(text):
        raise Refusal(400, f"{name} must be a decimal integer")
    return None if text is None else int(text)


def event_of(frame, cursor):
    lines = "".join(f"data: {line}\n" for line in LINE_END.split(frame))
    return f"id: {cursor}\n{lines}\n".encode()


def message_of(opcode, payload):
    """A whole message in one frame, unmasked, as servers send them (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65_536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


class Connection:
    """One TCP connection: requests, one after the other, until it becomes a stream or a WebSocket."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def serve(self):
        stats["connections"] += 1
        stats["accepted"] += 1
        try:
            while await self.request():
                pass
        except (asyncio.IncompleteReadError, asyncio.TimeoutError, ConnectionError):
            pass  # It hung up, or had nothing more to ask.
        finally:
            stats["connections"] -= 1
            self.writer.close()

    async def request(self):
        """Answers one request; says whether another may follow."""
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), KEEP_ALIVE_S)
        except asyncio.LimitOverrunError:
            self.answer(431, "the head is too long", close=True)
            return False
        stats["requests"] += 1
        lines = head.decode("latin-1").split("\r\n")
        fields = {}
        for line in lines[1:-2]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        keep = fields.get("connection", "").lower() != "close"
        try:
            method, target, _ = lines[0].split(" ")
            url = urlsplit(target)
            query = {name: values[-1] for name, values in parse_qs(url.query, True).items()}
            route = ROUTES.get((method, url.path))
            if "websocket" in fields.get("upgrade", "").lower():
                route = UPGRADES.get(url.path)
            if route is None:
                await self.body(fields)
                raise Refusal(404, "there is no such route")
            return await route(self, fields, query, keep) and keep
        except Refusal as refusal:
            close = refusal.close or not keep
            self.answer(refusal.status, refusal.body, refusal.kind, close)
            await self.writer.drain()
            return not close
        except ValueError:
            self.answer(400, "the request cannot be read", close=True)
            return False

    def answer(self, status, body="", kind="text/plain", close=False, etag=None):
        data = body.encode()
        head = [f"HTTP/1.1 {status} {REASONS[status]}"]
        if status not in (204, 304):
            head += [f"Content-Type: {kind}; charset=utf-8", f"Content-Length: {len(data)}"]
        if etag is not None:
            head.append(f"ETag: {etag}")
        if close:
            head.append("Connection: close")
        self.writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)

    async def body(self, fields):
        if "chunked" in fields.get("transfer-encoding", "").lower():
            parts, size = [], 0
            while True:
                length = int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16)
                size += length
                if size > MAX_FRAME_BYTES:
                    raise Refusal(413, "the body is longer than 1 MiB", close=True)
                parts.append((await self.reader.readexactly(length + 2))[:-2])
                if length == 0:
                    return b"".join(parts)
        length = int(fields.get("content-length", "0"))
        if length > MAX_FRAME_BYTES:
            raise Refusal(413, "the body is longer than 1 MiB", close=True)
        return await self.reader.readexactly(length)

    async def text(self, fields):
        body = await self.body(fields)
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise Refusal(400, "the body is not UTF-8") from None

    async def publish(self, fields, query, keep):
        frame = await self.text(fields)
        channel_named(query).publish(frame)
        self.answer(204, close=not keep)
        return True

    async def echo(self, fields, query, keep):
        self.answer(200, await self.text(fields), close=not keep)
        await self.writer.drain()
        return True

    async def poll(self, fields, query, keep):
        channel, after = channel_named(query), number_in(query, "after")
        return await self.polled(channel, channel.end if after is None else after, keep)

    async def polled(self, channel, after, keep):
        frames = channel.after(after)
        body = json.dumps(
            {"next": max(after, channel.end), "frames": frames}, ensure_ascii=False, separators=(",", ":")
        )
        self.answer(200, body, "application/json", close=not keep)
        await self.writer.drain()
        return True

    async def long_poll(self, fields, query, keep):
        channel, after = channel_named(query), number_in(query, "after")
        wait = number_in(query, "wait")
        if wait is None:
            raise Refusal(400, "wait must say for how many milliseconds")
        if after is None:
            return await self.polled(channel, channel.end, keep)
        if not channel.after(after):
            news = asyncio.Event()
            hangs_up = asyncio.ensure_future(self.reader.read(1))
            waits = asyncio.ensure_future(news.wait())
            wake = lambda *_: news.set()
            channel.subscribers.add(wake)
            try:
                await asyncio.wait({hangs_up, waits}, timeout=wait / 1_000, return_when=asyncio.FIRST_COMPLETED)
            finally:
                channel.subscribers.discard(wake)
                waits.cancel()
            if hangs_up.done():
                return False  # Or it did not wait for its answer, as a client of HTTP/1.1 need not; ours all do.
            hangs_up.cancel()
            await asyncio.wait({hangs_up})
        return await self.polled(channel, after, keep)

    async def value(self, fields, query, keep):
        channel = channel_named(query)
        etag = f'"{channel.end}"'
        if channel.end == 0:
            self.answer(204, close=not keep)
        elif fields.get("if-none-match") == etag:
            self.answer(304, close=not keep, etag=etag)
        else:
            self.answer(200, channel.frames[-1], close=not keep, etag=etag)
        await self.writer.drain()
        return True

    async def stats(self, fields, query, keep):
        self.answer(200, json.dumps(stats), "application/json", close=not keep)
        return True

    def send(self, data):
        if self.writer.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            self.writer.transport.abort()
        else:
            self.writer.write(data)

    async def events(self, fields, query, keep):
        channel = channel_named(query)
        resumed = {"after": fields["last-event-id"]} if "last-event-id" in fields else query
        after = number_in(resumed, "after")
        backlog = [] if after is None else channel.after(after)
        self.writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
            b"Connection: close\r\n\r\n: subscribed\n\n"
            + b"".join(event_of(frame, after + 1 + at) for at, frame in enumerate(backlog))
        )
        subscriber = lambda event, _: self.send(event)
        channel.subscribers.add(subscriber)
        try:
            await self.reader.read()  # Until it hangs up: it has nothing more to say.
        finally:
            channel.subscribers.discard(subscriber)
        return False

    async def socket(self, fields, query, keep):
        channel, after = channel_named(query), number_in(query, "after")
        backlog = [] if after is None else channel.after(after)
        self.upgrade(fields, b"".join(message_of(TEXT, frame.encode()) for frame in backlog))
        subscriber = lambda _, message: self.send(message)
        channel.subscribers.add(subscriber)
        try:
            await self.messages(channel.publish)
        finally:
            channel.subscribers.discard(subscriber)
        return False

    async def echo_socket(self, fields, query, keep):
        self.upgrade(fields)
        await self.messages(lambda text: self.send(message_of(TEXT, text.encode())))
        return False

    def upgrade(self, fields, more=b""):
        key = fields.get("sec-websocket-key", "").encode()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        self.writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + more
        )

    async def messages(self, received):
        """Calls `received` with every text message until the connection closes (RFC 6455, section 5)."""
        parts = []
        while True:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            opcode = first & 0x0F
            if not second & 0x80 or first & 0x70 or opcode not in (0, TEXT, CLOSE, PING, PONG):
                return self.close(1002)
            if size + sum(map(len, parts)) > MAX_FRAME_BYTES:
                return self.close(1009)
            mask = await self.reader.readexactly(4)
            payload = unmasked(await self.reader.readexactly(size), mask)
            if opcode == CLOSE:
                return self.writer.write(message_of(CLOSE, payload[:2]))
            if opcode == PING:
                self.writer.write(message_of(PONG, payload))
            elif opcode != PONG:
                parts.append(payload)
                if first & 0x80:
                    try:
                        text = b"".join(parts).decode()
                    except UnicodeDecodeError:
                        return self.close(1007)
                    parts = []
                    received(text)

    def close(self, code):
        self.writer.write(message_of(CLOSE, code.to_bytes(2, "big")))

    async def without_upgrade(self, fields, query, keep):
        raise Refusal(426, "this is a WebSocket")


def unmasked(data, mask):
    size = len(data)
    stretched = mask * (size // 4 + 1)
    return (int.from_bytes(data, "big") ^ int.from_bytes(stretched[:size], "big")).to_bytes(size, "big")


ROUTES = {
    ("POST", "/publish"): Connection.publish,
    ("POST", "/echo"): Connection.echo,
    ("GET", "/poll"): Connection.poll,
    ("GET", "/long-poll"): Connection.long_poll,
    ("GET", "/value"): Connection.value,
    ("GET", "/events"): Connection.events,
    ("GET", "/stats"): Connection.stats,
    ("GET", "/socket"): Connection.without_upgrade,
}
UPGRADES = {"/socket": Connection.socket, "/echo": Connection.echo_socket}


async def main():
    host = os.environ.get("WIREBENCH_HOST", "127.0.0.1")
    port = int(os.environ.get("WIREBENCH_PORT", "0"))
    secure = None
    if "WIREBENCH_TLS_CERT" in os.environ:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.minimum_version = ssl.TLSVersion.TLSv1_3
        secure.load_cert_chain(os.environ["WIREBENCH_TLS_CERT"], os.environ["WIREBENCH_TLS_KEY"])

    def connected(reader, writer):
        return Connection(reader, writer).serve()

    server = await asyncio.start_server(
        connected, host, port, limit=MAX_HEAD_BYTES, backlog=4_096, ssl=secure
    )
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    ready = {
        "contract": 1,
        "port": server.sockets[0].getsockname()[1],
        "transports": ["polling", "long-polling", "sse", "websocket"],
    }
    if secure is not None:
        ready["tls"] = True
    print("wirebench-ready", json.dumps(ready), flush=True)
    await ended.wait()
    # What is held open is cut off with the process.
    os._exit(0)


asyncio.run(main())
