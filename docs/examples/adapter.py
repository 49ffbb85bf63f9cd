"""An adapter in Python for a producer with a window. It speaks JSON Lines and needs the standard library only.

Run it with: npx producer-tck run 'exec:python3 docs/examples/adapter.py'
"""

import asyncio
import contextlib
import json
import sys


class Outbox:
    """Sends persistent messages synchronously, and others without waiting while the window has room."""

    def __init__(self, limit, writer):
        self.limit, self.writer = limit, writer
        self.used = 0
        self.closed = False
        self.waiting = []  # (message, future), first come, first served
        self.answers = {}  # number of the packet -> (message, future)
        self.number = 0

    def send(self, message):
        future = asyncio.get_running_loop().create_future()
        if self.closed:
            future.set_exception(Failure("closed", "the outbox is closed"))
        elif self.charge(message) > self.limit > 0:
            future.set_exception(Failure("too-large", "larger than the window"))
        else:
            self.waiting.append((message, future))
            self.pump()
        return future

    def close(self):
        self.closed = True
        pending = [*self.waiting, *self.answers.values()]
        self.waiting.clear()
        for _, future in pending:
            if not future.done():
                future.set_exception(Failure("closed", "the outbox is closed"))

    def pump(self):
        while self.waiting and self.has_room(self.waiting[0][0]):
            message, future = self.waiting.pop(0)
            self.number += 1
            self.used += self.charge(message)
            self.answers[self.number] = (message, future)
            packet = {"type": "message", "message": message}
            self.writer.write(line({"receive": self.number, "packet": packet}))
            if message["deliveryMode"] != "persistent":
                future.set_result(None)

    def has_room(self, message):
        if self.limit == 0:
            return True
        if message["deliveryMode"] == "persistent":
            return self.used < self.limit
        return self.used + message["size"] <= self.limit

    @staticmethod
    def charge(message):
        return 0 if message["deliveryMode"] == "persistent" else message["size"]

    def answered(self, answer):
        message, future = self.answers.pop(answer.get("ack") or answer.get("refuse"))
        self.used -= self.charge(message)
        if not future.done() and "ack" in answer:
            future.set_result(None)
        elif not future.done():
            future.set_exception(Failure("refused", answer["reason"]))
        self.pump()


class Failure(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def line(value):
    return json.dumps(value).encode() + b"\n"


def tell(**event):
    sys.stdout.buffer.write(line(event))
    sys.stdout.buffer.flush()


async def listen(reader, outbox):
    with contextlib.suppress(ConnectionError):
        while answer := await reader.readline():
            outbox.answered(json.loads(answer))


async def open_outbox(settings, broker):
    host, port = broker.rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host, int(port))
    outbox = Outbox(settings["windowSize"], writer)
    return outbox, asyncio.create_task(listen(reader, outbox))


async def report(op, future):
    try:
        await future
        tell(event="return", op=op)
    except Failure as failure:
        tell(event="throw", op=op, error={"kind": failure.kind, "message": str(failure)})


async def main():
    calls = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(calls)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    outbox, tasks = None, set()
    while text := await calls.readline():
        call = json.loads(text)
        match call["call"]:
            case "hello":
                tell(event="hello", name="outbox in Python", supports=["window"])
            case "open":
                outbox, listener = await open_outbox(call["settings"], call["broker"])
                tasks.add(listener)
                tell(event="opened")
            case "send":
                tell(event="entered", op=call["op"])
                tasks.add(asyncio.create_task(report(call["op"], outbox.send(call["message"]))))
            case "close":
                outbox.close()
                tell(event="return", op=call["op"])
            case "ping":
                tell(event="pong", n=call["n"])


asyncio.run(main())
