"""Turns what user code prints into log messages that carry the call they belong to.

`sys.stdout` and `sys.stderr` become streams of ours. What bypasses them (native code, child processes) goes to the
real fds 1 and 2, which the engine reads. Where fd 1 is a pipe that this process must read itself (DRAY_STDOUT_FD,
see containers/docker), a thread does.

Invariants
- lines leave whole, or when they are flushed, or with the end of their call
- nothing printed is lost at an exit
"""
import io
import os
import select
import sys
import threading

from dray_runner.channel import LOG

_KEPT_BYTES = 65_536


class LogStream(io.TextIOBase):
    """A text stream whose text goes to the engine."""

    encoding = "utf-8"
    errors = "backslashreplace"
    newlines = None

    def __init__(self, source, fd, channel, current):
        self.source = source
        self.fd = fd
        self.channel = channel
        self.current = current
        self.parts = {}
        self.lock = threading.RLock()
        self.mode = "w"
        self.name = f"<{source}>"
        self.buffer = LogBuffer(self)

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            call = self.current()
            with self.lock:
                kept = self.parts.pop(call, "") + text
                if kept.endswith("\n") or len(kept) > _KEPT_BYTES:
                    self.emit(call, kept.encode("utf-8", "backslashreplace"))
                else:
                    self.parts[call] = kept
        return len(text)

    def emit(self, call, data):
        if self.channel.closed:
            os.write(self.fd, data)
        else:
            self.channel.send(LOG, call, self.source, tail=data)

    def flush_call(self, call):
        if self.parts:
            with self.lock:
                kept = self.parts.pop(call, None)
                if kept is not None:
                    self.emit(call, kept.encode("utf-8", "backslashreplace"))

    def flush(self):
        self.flush_call(self.current())

    def flush_all(self):
        for call in list(self.parts):
            self.flush_call(call)

    def fileno(self):
        return self.fd

    def isatty(self):
        return False

    def writable(self):
        return True

    def reconfigure(self, **_):
        """Programs ask for line buffering or another encoding; here lines go out as they come, in UTF-8."""

    def close(self):
        self.flush_all()


class LogBuffer(io.RawIOBase):
    """The bytes below a LogStream, for programs that write to `sys.stdout.buffer`."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, data):
        data = bytes(data)
        self.stream.flush()
        if data:
            self.stream.emit(self.stream.current(), data)
        return len(data)

    def writable(self):
        return True

    def fileno(self):
        return self.stream.fd

    def close(self):
        pass


class CapturedOutput:
    """Replaces the standard streams. `current` tells the call that some code serves, 0 where none can be told."""

    def __init__(self, channel, current):
        self.channel = channel
        self.streams = [LogStream("stdout", 1, channel, current), LogStream("stderr", 2, channel, current)]
        sys.stdout, sys.stderr = self.streams
        sys.__stdout__, sys.__stderr__ = self.streams
        self.fifo = int(os.environ.pop("DRAY_STDOUT_FD", "0"))
        self.reading = threading.Lock()
        if self.fifo:
            os.set_inheritable(self.fifo, False)
            threading.Thread(target=self.forward, name="dray-stdout", daemon=True).start()

    def flush_call(self, call):
        for stream in self.streams:
            stream.flush_call(call)

    def flush_all(self):
        for stream in self.streams:
            stream.flush_all()
        if self.fifo:
            with self.reading:
                while self.ready(0):
                    self.read_once()

    def forward(self):
        while True:
            self.ready(None)
            with self.reading:
                if self.ready(0) and not self.read_once():
                    return

    def ready(self, timeout):
        poll = select.poll()
        poll.register(self.fifo, select.POLLIN)
        return bool(poll.poll(timeout))

    def read_once(self):
        data = os.read(self.fifo, _KEPT_BYTES)
        if data:
            self.channel.send(LOG, 0, "stdout", tail=data)
        return data
