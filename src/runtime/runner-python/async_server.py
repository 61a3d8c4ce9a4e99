"""Runs calls on an event loop: async functions as tasks, plain ones in threads, as many at a time as allowed.

Invariants
- calls begin in the order they came
- a generator's next value is made only while its reader has given credit
- a cancelled async function gets asyncio's CancelledError; a plain one cannot be interrupted, its thread runs on
"""
import asyncio
import contextvars
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from dray_runner import served as serving
from dray_runner.channel import BATCH, CALL, CANCEL, CREDIT, PING, PONG, STOP


class AsyncServer:
    def __init__(self, served, channel, concurrency):
        self.served = served
        self.channel = channel
        self.concurrency = concurrency
        self.waiting = deque()
        self.running = {}
        self.credit = {}
        self.stopping = False
        self.context = contextvars.ContextVar("dray_call", default=None)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.threads = ThreadPoolExecutor(concurrency, thread_name_prefix="dray-call")
        self.done = asyncio.Event()

    def current(self):
        call = self.context.get()
        if call is None and self.concurrency == 1 and len(self.running) == 1:
            # A thread that user code started: only one call can have done it.
            return next(iter(list(self.running.values())), None)
        return call

    def running_calls(self):
        return list({id(call): call for call in list(self.running.values())}.values())

    def start(self, parameters):
        self.loop.run_until_complete(self.enter(parameters))

    async def enter(self, parameters):
        # Constructed on the loop, so that what needs one finds it.
        self.served.construct(parameters)
        for hook in self.served.hooks("enter"):
            await self.invoke(hook)

    def serve(self):
        """Returns when the engine is gone, or when it said stop and what ran has answered."""
        self.loop.add_reader(self.channel.fd, self.receive)
        self.loop.run_until_complete(self.until_done())

    async def until_done(self):
        self.advance()
        await self.done.wait()
        if self.stopping:
            for hook in self.served.hooks("exit"):
                await self.invoke(hook)

    def receive(self):
        messages = self.channel.receive()
        if messages is None:
            self.loop.remove_reader(self.channel.fd)
            self.done.set()
            return
        for head, tail in messages:
            self.take(head, tail)
        self.advance()

    def take(self, head, tail):
        kind = head[0]
        if kind == CALL:
            self.waiting.append(serving.call_of(head, tail))
        elif kind == BATCH:
            self.waiting.append(serving.batch_of(head, tail))
        elif kind == CREDIT:
            self.credit_of(head[1]).give(head[2])
        elif kind == CANCEL:
            self.cancel(head[1])
        elif kind == PING:
            self.channel.send(PONG, head[1])
        elif kind == STOP:
            self.stopping = True

    def credit_of(self, number):
        credit = self.credit.get(number)
        if credit is None:
            credit = self.credit[number] = Credit()
        return credit

    def cancel(self, number):
        call = self.running.get(number)
        if call is None:
            for waiting in self.waiting:
                if number in waiting.numbers:
                    serving.drop_waiting(self.served, self.waiting, waiting, number)
                    return
            return
        if call.batched:
            if call.dropped is None:
                call.dropped = set()
            if number not in call.dropped:
                index = call.numbers.index(number)
                self.served.refuse_cancelled(
                    serving.Call((number,), (call.ids[index],), call.attempt, call.method, (), True)
                )
                call.dropped.add(number)
            if len(call.dropped) < len(call.numbers):
                return
        call.cancelled = True
        self.credit_of(call.number).wake()
        if call.task is not None:
            call.task.cancel()

    def advance(self):
        while self.waiting and not self.stopping and self.busy() < self.concurrency:
            call = self.waiting.popleft()
            for number in call.numbers:
                self.running[number] = call
            context = contextvars.copy_context()
            context.run(self.context.set, call)
            context.run(self.begin, call)
        if self.stopping and not self.running:
            self.done.set()

    def busy(self):
        return len({id(call) for call in self.running.values()}) if self.running else 0

    def begin(self, call):
        task = self.loop.create_task(self.run(call))
        task.add_done_callback(lambda _: self.finish(call, task))

    def finish(self, call, task):
        for number in call.numbers:
            self.running.pop(number, None)
        self.credit.pop(call.number, None)
        if not task.cancelled() and task.exception() is not None:
            # SystemExit and the like end the container.
            raise task.exception()
        self.advance()

    async def run(self, call):
        start = call.started = time.perf_counter()
        try:
            target = self.served.target(call.method)
            args = self.served.arguments(call)
            # Of its own, so that a cancellation ends the user's code and not the answer.
            call.task = self.loop.create_task(self.execute(call, target, args))
            if call.cancelled:
                call.task.cancel()
            value = await call.task
        except asyncio.CancelledError:
            self.served.fail(call, start, serving.CallCancelledError(call.ids[0]))
        except Exception as error:
            self.served.fail(call, start, error)
        else:
            self.served.succeed(call, start, value)

    async def execute(self, call, target, args):
        if call.batched or not target.generator:
            return await self.invoke(target, args)
        generator = target.function(*args)
        if hasattr(generator, "__anext__"):
            return await self.stream(call, generator)
        return await self.stream_plain(call, generator)

    async def invoke(self, target, args=()):
        """Awaits an async function; runs any other in a thread, where no loop is in its way."""
        if target.awaited:
            return await target.function(*args)
        context = contextvars.copy_context()
        value = await self.loop.run_in_executor(self.threads, lambda: context.run(target.function, *args))
        return await value if hasattr(value, "__await__") else value

    async def stream(self, call, generator):
        credit = self.credit_of(call.number)
        try:
            while True:
                await credit.take()
                try:
                    value = await generator.__anext__()
                except StopAsyncIteration:
                    return None
                self.served.value(call, value)
        finally:
            await generator.aclose()

    async def stream_plain(self, call, generator):
        """Each step in a thread; the generator itself decides nothing about threads."""
        credit = self.credit_of(call.number)
        context = contextvars.copy_context()

        def step():
            try:
                return False, context.run(next, generator)
            except StopIteration as stop:
                return True, stop.value

        running = None
        try:
            while True:
                await credit.take()
                running = self.loop.run_in_executor(self.threads, step)
                # A step that has begun must end before the generator can be closed.
                ended, value = await asyncio.shield(running)
                if ended:
                    return value
                self.served.value(call, value)
        except asyncio.CancelledError:
            if running is not None:
                await asyncio.wait([running])
            raise
        finally:
            generator.close()


class Credit:
    """How many further values a reader takes."""

    def __init__(self):
        self.count = 0
        self.waiter = None

    def give(self, count):
        self.count += count
        self.wake()

    def wake(self):
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def take(self):
        while self.count == 0:
            self.waiter = asyncio.get_running_loop().create_future()
            await self.waiter
        self.count -= 1
