"""The program inside a container that runs Python: imports the user's module and serves calls of one function or class.

Built into one file (scripts/build.ts) and sent over the channel by the engine, so no image holds it. It needs nothing
but the standard library of Python 3.9.

Invariants
- the engine gone (fd 3 ends) means the process ends
- at any exit that user code can cause, results and logs written so far are delivered
"""
import atexit
import os
import platform
import select
import sys
import threading

from dray_runner import dray_module
from dray_runner.captured_output import CapturedOutput
from dray_runner.channel import CHANNEL_IN, HELLO, INIT_FAILED, PROTOCOL_VERSION, READY, Channel
from dray_runner.served import Served, needs_loop
from dray_runner.thrown import StartError, thrown_bytes, traceback_text

#: How long the engine may be gone before a process that is busy with user code ends, in seconds.
_ORPHAN_GRACE_S = 2.0


class Runner:
    def __init__(self):
        self.server = None
        self.function_name = ""
        self.channel = open_channel()
        self.output = CapturedOutput(self.channel, self.current_number)
        dray_module.install(self.current_call)

    def current_number(self):
        call = self.server.current() if self.server is not None else None
        return 0 if call is None else call.number

    def current_call(self):
        call = self.server.current() if self.server is not None else None
        if call is None:
            return None
        if call.info is None:
            call.info = dray_module.CurrentCall(call.ids[0], self.function_name, call.attempt)
        return call.info

    def run(self):
        """Serves until it is told to stop. Returns the exit code."""
        self.channel.send(HELLO, PROTOCOL_VERSION, f"python {platform.python_version()}", os.getpid())
        messages = []
        while messages == []:
            messages = self.channel.receive()
        if messages is None:
            return 0
        head, bundle = messages.pop(0)
        threading.Thread(target=self.watch_engine, name="dray-watch", daemon=True).start()
        try:
            server = self.start(head, bundle)
        except SystemExit as end:
            return exit_code(end)
        except BaseException as error:
            self.output.flush_all()
            self.channel.send(INIT_FAILED, tail=thrown_bytes(error))
            return 1
        self.output.flush_all()
        self.channel.send(READY)
        for head, tail in messages:
            server.take(head, tail)
        try:
            server.serve()
        except SystemExit as end:
            return exit_code(end)
        except KeyboardInterrupt:
            return 130
        except BaseException as error:
            print(f"Uncaught {traceback_text(error)}", file=sys.stderr)
            return 1
        return 0

    def start(self, head, bundle):
        _, protocol, _app, self.function_name, env, concurrency, parameters, _external, orphan_ms, memo = head
        if protocol != PROTOCOL_VERSION:
            raise StartError(f"this runner speaks version {PROTOCOL_VERSION}, not {protocol}")
        os.environ.update(env)
        from dray_runner import user_code

        served = Served(user_code.load(bundle), self.function_name, self.channel, self.output)
        if concurrency == 1 and not any(needs_loop(each) for each in served.callables()):
            from dray_runner.blocking_server import BlockingServer

            self.server = BlockingServer(served, self.channel)
        else:
            from dray_runner.async_server import AsyncServer

            self.server = AsyncServer(served, self.channel, concurrency)
        if orphan_ms:
            self.channel.orphan_s = orphan_ms / 1000
            self.channel.memo = memo
        self.server.start(parameters)
        if orphan_ms:
            self.channel.is_stream = served.is_stream
            self.channel.running_calls = self.server.running_calls
            self.channel.accepting = lambda: not self.server.stopping
        return self.server

    def watch_engine(self):
        """Ends a process whose engine is gone while user code keeps the main thread."""
        poll = select.poll()
        poll.register(CHANNEL_IN, select.POLLHUP)
        poll.poll()
        threading.Event().wait(_ORPHAN_GRACE_S)
        if not getattr(self.server, "stopping", False):
            os._exit(0)

    def end(self, code):
        """Ends the process without waiting for threads that user code left running."""
        try:
            atexit._run_exitfuncs()
        finally:
            self.output.flush_all()
            os._exit(code)


def open_channel():
    """The channel; of a container that may outlive its engine one that can begin afresh."""
    mark = os.environ.pop("DRAY_CHANNEL_MARK", None)
    if mark is None:
        return Channel()
    from dray_runner.marked_channel import MarkedChannel

    return MarkedChannel(bytes.fromhex(mark))


def exit_code(end):
    """What a SystemExit exits with, as Python does it itself."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 0xFF
    print(end.code, file=sys.stderr)
    return 1


def main():
    """Runs the runner; never returns."""
    runner = Runner()
    runner.end(runner.run())
