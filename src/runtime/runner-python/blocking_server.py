"""Runs plain functions one after another, on the main thread and without an event loop.

So a call costs no switch of threads, and code that starts a loop of its own (`asyncio.run`) may. Messages are read
between two calls, and between the values of a generator.

Invariants
- calls run in the order they came
- a generator's next value is made only while its reader has given credit
"""
import select
import time
from collections import deque

from dray_runner import served as serving
from dray_runner.channel import BATCH, CALL, CANCEL, CREDIT, PING, PONG, STOP


class BlockingServer:
    def __init__(self, served, channel):
        self.served = served
        self.channel = channel
        self.waiting = deque()
        self.running = None
        self.credit = {}
        self.stopping = False
        self.ended = False
        self.loop = None
        self.poll = select.poll()
        self.poll.register(channel.fd, select.POLLIN)

    def current(self):
        return self.running

    def running_calls(self):
        call = self.running
        return [] if call is None else [call]

    def start(self, parameters):
        self.served.construct(parameters)
        for hook in self.served.hooks("enter"):
            self.settled(hook.function())

    def serve(self):
        """Returns when the engine is gone, or when it said stop and what ran has answered."""
        while not self.ended:
            while self.waiting and not self.stopping:
                self.run(self.waiting.popleft())
            if self.stopping:
                for hook in self.served.hooks("exit"):
                    self.settled(hook.function())
                return
            self.receive()

    def receive(self):
        messages = self.channel.receive()
        if messages is None:
            self.ended = True
            return
        for head, tail in messages:
            self.take(head, tail)

    def take(self, head, tail):
        kind = head[0]
        if kind == CALL:
            self.waiting.append(serving.call_of(head, tail))
        elif kind == BATCH:
            self.waiting.append(serving.batch_of(head, tail))
        elif kind == CREDIT:
            self.credit[head[1]] = self.credit.get(head[1], 0) + head[2]
        elif kind == CANCEL:
            self.cancel(head[1])
        elif kind == PING:
            self.channel.send(PONG, head[1])
        elif kind == STOP:
            self.stopping = True

    def cancel(self, number):
        if self.running is not None and number in self.running.numbers:
            self.running.cancelled = True
            return
        for call in self.waiting:
            if number in call.numbers:
                serving.drop_waiting(self.served, self.waiting, call, number)
                return

    def run(self, call):
        self.running = call
        start = call.started = time.perf_counter()
        served = self.served
        try:
            target = served.target(call.method)
            args = served.arguments(call)
            if target.generator and not call.batched:
                value = self.stream(call, target.function(*args))
            else:
                value = self.settled(target.function(*args))
        except Exception as error:
            served.fail(call, start, error)
        else:
            served.succeed(call, start, value)
        finally:
            self.running = None
            self.credit.pop(call.number, None)

    def stream(self, call, generator):
        """Sends what a generator yields; returns what it returns."""
        number = call.number
        try:
            while True:
                self.wait_for_credit(call)
                if call.cancelled or self.ended:
                    raise serving.CallCancelledError(call.ids[0])
                try:
                    value = next(generator)
                except StopIteration as stop:
                    return stop.value
                self.credit[number] -= 1
                self.served.value(call, value)
        finally:
            generator.close()

    def wait_for_credit(self, call):
        while not self.ended and not call.cancelled:
            if self.credit.get(call.number, 0) > 0 and not self.poll.poll(0):
                return
            self.receive()

    def settled(self, value):
        """A plain function can return a coroutine, where a decorator hides that it is async."""
        if not hasattr(value, "__await__"):
            return value
        if self.loop is None:
            import asyncio

            self.loop = asyncio.new_event_loop()
        return self.loop.run_until_complete(_awaited(value))


async def _awaited(value):
    return await value
