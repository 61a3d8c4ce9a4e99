"""What a call runs: the function, or a method of the one instance of a class; and the answers to calls.

It knows functions and values, and neither the channel's reading end nor an event loop.

Invariants
- a call answers exactly once
- what one call raises never ends another; only SystemExit and KeyboardInterrupt end the container
"""
import inspect
import time

from dray_runner import dray_module
from dray_runner.channel import FAILED, SUCCEEDED, VALUE
from dray_runner.thrown import StartError, thrown_bytes
from dray_runner.value_reader import read_value
from dray_runner.value_writer import write_value


class CallCancelledError(Exception):
    def __init__(self, call_id):
        super().__init__(f"the call {call_id} was cancelled")
        self.code = "CALL_CANCELLED"


class BatchResultError(Exception):
    def __init__(self, label, calls, results):
        got = f"{len(results)} results" if isinstance(results, (list, tuple)) else f"a {type(results).__name__}"
        super().__init__(f"{label} was given a batch of {calls} calls and returned {got}")
        self.code = "BATCH_RESULT_MISMATCH"
        self.suggestions = ["return a list with one result for each call, in their order"]


class Call:
    """A call, or several that run as one."""

    __slots__ = ("numbers", "ids", "attempt", "method", "payloads", "batched", "cancelled", "dropped", "info", "task", "started")

    def __init__(self, numbers, ids, attempt, method, payloads, batched):
        self.numbers = numbers
        self.ids = ids
        self.attempt = attempt
        self.method = method
        self.payloads = payloads
        self.batched = batched
        self.cancelled = False
        self.dropped = None
        self.info = None
        self.task = None
        self.started = 0.0

    @property
    def number(self):
        return self.numbers[0]


def call_of(head, tail):
    """From the message `call`."""
    return Call((head[1],), (head[2],), head[3], head[4], (tail,), False)


def batch_of(head, tail):
    """From the message `batch`."""
    _, method, numbers, ids, attempts, lengths = head
    payloads = []
    at = 0
    for length in lengths:
        payloads.append(tail[at : at + length])
        at += length
    return Call(tuple(numbers), tuple(ids), attempts[0], method, payloads, True)


class Served:
    """The function or instance of this container. Sends answers by `channel`, after the call's output."""

    def __init__(self, code, function_name, channel, output):
        self.code = code
        self.function_name = function_name
        self.channel = channel
        self.output = output
        self.instance = None
        self.targets = {}

    def construct(self, parameters):
        """Makes the instance of a class; its hooks run apart."""
        if self.code.kind == "class":
            self.instance = self.code.target(*(read_value(parameters) if parameters else ()))

    def hooks(self, name):
        if self.instance is None:
            return []
        return [Target(getattr(self.instance, key)) for key in dray_module.hooks_of(self.code.target, name)]

    def callables(self):
        """All that may be run here, to tell whether an event loop is needed."""
        if self.code.kind != "class":
            return [self.code.target]
        cls = self.code.target
        return [getattr(cls, key) for key in dir(cls) if not key.startswith("__") and callable(getattr(cls, key, None))]

    def target(self, method):
        found = self.targets.get(method)
        if found is None:
            found = self.targets[method] = self.find(method)
        return found

    def find(self, method):
        if self.code.kind != "class":
            return Target(self.code.target)
        found = None if method.startswith("_") else getattr(self.instance, method, None)
        if not callable(found) or dray_module.is_hook(found):
            raise StartError(f"the class {self.code.name} of {self.code.file} has no method {method}")
        return Target(found)

    def is_stream(self, method):
        """Whether a method is a generator; one that is not there is none."""
        try:
            return self.target(method).generator
        except Exception:
            return False

    def arguments(self, call):
        if not call.batched:
            return read_value(call.payloads[0])
        calls = [read_value(payload) for payload in call.payloads]
        count = max([len(args) for args in calls] + [self.target(call.method).positional])
        return [[args[index] if index < len(args) else None for args in calls] for index in range(count)]

    def succeed(self, call, start, value):
        """Answers with what the function returned."""
        if call.batched:
            return self.succeed_all(call, start, value)
        try:
            payload = write_value(value)
        except Exception as error:
            return self.fail(call, start, error)
        self.output.flush_call(call.numbers[0])
        self.channel.send(SUCCEEDED, call.numbers[0], since(start), tail=payload)

    def succeed_all(self, call, start, results):
        if not isinstance(results, (list, tuple)) or len(results) != len(call.numbers):
            label = f"{self.function_name}.{call.method}" if call.method else self.function_name
            return self.fail(call, start, BatchResultError(label, len(call.numbers), results))
        self.output.flush_call(call.numbers[0])
        for index, (number, value) in enumerate(zip(call.numbers, results)):
            if call.dropped is not None and number in call.dropped:
                continue
            try:
                if isinstance(value, BaseException):
                    raise value
                payload = write_value(value, f"the result[{index}]")
            except Exception as error:
                self.channel.send(FAILED, number, since(start), tail=thrown_bytes(error))
            else:
                self.channel.send(SUCCEEDED, number, since(start), tail=payload)

    def fail(self, call, start, error):
        """Answers with what the function raised."""
        self.output.flush_call(call.numbers[0])
        body = thrown_bytes(error)
        for number in call.numbers:
            if call.dropped is None or number not in call.dropped:
                self.channel.send(FAILED, number, since(start), tail=body)

    def refuse_cancelled(self, call):
        """Answers a call that was cancelled before it began."""
        self.fail(call, time.perf_counter(), CallCancelledError(call.ids[0]))

    def value(self, call, value):
        """Sends a generator's next value."""
        payload = write_value(value, "the yielded value")
        self.output.flush_call(call.numbers[0])
        self.channel.send(VALUE, call.numbers[0], tail=payload)


def since(start):
    """Microseconds."""
    return int((time.perf_counter() - start) * 1e6)


class Target:
    """A function that is called here, and what is asked about it with every call."""

    __slots__ = ("function", "awaited", "generator", "positional")

    def __init__(self, function):
        bare = unwrapped(function)
        self.function = function
        self.awaited = needs_loop(function)
        self.generator = inspect.isgeneratorfunction(bare) or inspect.isasyncgenfunction(bare)
        self.positional = positional_count(function)


def unwrapped(function):
    """What decorators that use functools.wraps hide."""
    try:
        return inspect.unwrap(function)
    except ValueError:
        return function


def needs_loop(function):
    """It is a coroutine function or an async generator function."""
    bare = unwrapped(function)
    return inspect.iscoroutinefunction(bare) or inspect.isasyncgenfunction(bare)


def positional_count(function):
    """How many lists a batch is at least given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(1 for each in parameters if each.kind in kinds and each.default is inspect.Parameter.empty)


def drop_waiting(served, waiting, call, number):
    """Answers a waiting call as cancelled; of a batch only that one, the others still run."""
    if len(call.numbers) == 1:
        waiting.remove(call)
        return served.refuse_cancelled(call)
    index = call.numbers.index(number)
    alone = Call((number,), (call.ids[index],), call.attempt, call.method, (), True)
    keep = [each for each in range(len(call.numbers)) if each != index]
    call.numbers = tuple(call.numbers[each] for each in keep)
    call.ids = tuple(call.ids[each] for each in keep)
    call.payloads = [call.payloads[each] for each in keep]
    served.refuse_cancelled(alone)
