"""The runner's end of the channel: frames from fd 3, frames to fd 4, as src/protocol/frame-codec.ts has them.

Invariants
- a message is in the pipe when `send` returns, so that a call which then ends the process takes no result along
- messages of several threads never mix
- a forked child never speaks on the channel
"""
import os
import struct
import threading

from dray_runner.value_reader import Reader
from dray_runner.value_writer import Writer

CHANNEL_IN = 3
CHANNEL_OUT = 4
PROTOCOL_VERSION = 3

INIT, CALL, CANCEL, PING, STOP, BATCH, CREDIT = 1, 2, 3, 4, 5, 6, 7
HELLO, READY, INIT_FAILED, SUCCEEDED, FAILED, LOG, PONG, VALUE = 64, 65, 66, 67, 68, 69, 70, 71

_PREFIX = struct.Struct("<IH")
_READ_BYTES = 262_144
_JOINED_BYTES = 65_536


class Channel:
    def __init__(self):
        self.lock = threading.Lock()
        #: What is readable when `receive` has something to give.
        self.fd = CHANNEL_IN
        self.rest = b""
        self.closed = False
        os.set_blocking(CHANNEL_IN, True)
        os.set_blocking(CHANNEL_OUT, True)
        os.set_inheritable(CHANNEL_IN, False)
        os.set_inheritable(CHANNEL_OUT, False)
        os.register_at_fork(after_in_child=self.leave)

    def leave(self):
        """A forked child has the user's work to do, and no channel."""
        self.closed = True
        self.lock = threading.Lock()
        for fd in (CHANNEL_IN, CHANNEL_OUT):
            os.close(fd)

    def send(self, *head, tail=b""):
        packed = bytearray(6)
        Writer(packed).items(head)
        size = len(packed) - 6
        _PREFIX.pack_into(packed, 0, size + len(tail), size)
        if len(tail) <= _JOINED_BYTES:
            packed += tail
            tail = b""
        with self.lock:
            self.write(packed)
            if tail:
                self.write(tail)

    def write(self, data):
        if self.closed:
            return
        try:
            written = os.write(CHANNEL_OUT, data)
            if written < len(data):
                rest = memoryview(data)
                while written < len(data):
                    written += os.write(CHANNEL_OUT, rest[written:])
        except OSError:
            # The reader is gone: the end of fd 3 ends this process.
            self.closed = True

    def receive(self):
        """Waits for bytes and returns the messages that are complete with them; None at the end."""
        while True:
            data = os.read(CHANNEL_IN, _READ_BYTES)
            if not data:
                return None
            messages = self.take(self.rest + data if self.rest else data)
            if messages:
                return messages

    def take(self, data):
        messages = []
        at = 0
        end = len(data)
        while end - at >= 6:
            size, head_size = _PREFIX.unpack_from(data, at)
            at += 6
            if at + size > end:
                if size > _READ_BYTES:
                    frame = self.long_frame(data, at, size)
                    at = end
                    if frame is None:
                        break
                    messages.append((Reader(frame).read(), frame[head_size:]))
                    break
                at -= 6
                break
            head = Reader(data, at).read()
            messages.append((head, data[at + head_size : at + size]))
            at += size
        self.rest = data[at:]
        return messages

    def long_frame(self, data, start, size):
        """The rest of a frame is read to where it belongs."""
        frame = bytearray(size)
        filled = len(data) - start
        frame[:filled] = data[start:]
        view = memoryview(frame)
        while filled < size:
            read = os.readv(CHANNEL_IN, [view[filled:]])
            if read == 0:
                return None
            filled += read
        return view
