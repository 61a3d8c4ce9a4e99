"""The channel of a container that may outlive its engine, as src/protocol/resync-mark.ts has it.

A thread reads, so that a new engine is answered while user code keeps the main thread. Frames are checked; a new engine hails
and begins afresh. Answers are kept until an engine acknowledged them.

Invariants
- what is read between a hail and the one that says `begin` does not count
- a call that was read and not acknowledged is held, or its answer is kept: never neither
- where no engine has spoken for `orphan_s`, the process ends
"""
import os
import select
import struct
import threading
import time
import zlib
from collections import deque

from dray_runner.channel import BATCH, CALL, CANCEL, CHANNEL_IN, FAILED, PROTOCOL_VERSION, SUCCEEDED, Channel
from dray_runner.value_reader import Reader
from dray_runner.value_writer import Writer

ACKNOWLEDGE, RESUMED = 30, 80

_PREFIX = struct.Struct("<IH")
_CHECKSUM = struct.Struct("<I")
_READ_BYTES = 262_144
_MAX_FRAME_BYTES = 104_857_600 + 65_536
_HAIL_BYTES = 32 + 8 + 1
_HAIL, _BEGIN = 0, 1
#: How often it is looked at most for how long no engine has spoken, in seconds.
_CHECK_S = 60.0


class Held:
    """A call that was read and has not answered."""

    __slots__ = ("id", "attempt", "numbers", "streams")

    def __init__(self, call_id, attempt, numbers, streams):
        self.id = call_id
        self.attempt = attempt
        self.numbers = numbers
        self.streams = streams


class MarkedChannel(Channel):
    def __init__(self, mark):
        super().__init__()
        self.mark = mark
        self.messages = deque()
        self.fd, self.wake = os.pipe()
        self.buffer = bytearray()
        self.last = b""
        self.paused = False
        self.hailed = None
        self.held = {}
        self.kept = {}
        self.last_call = 0
        self.memo = b""
        self.orphan_s = None
        #: Set once calls can come: whether a method is a generator, the calls that run now, whether more are taken.
        self.is_stream = lambda method: False
        self.running_calls = list
        self.accepting = lambda: False
        threading.Thread(target=self.read_forever, name="dray-channel", daemon=True).start()

    def leave(self):
        super().leave()
        for fd in (self.fd, self.wake):
            os.close(fd)

    def send(self, *head, tail=b""):
        packed = bytearray(6)
        Writer(packed).items(head)
        size = len(packed) - 6
        _PREFIX.pack_into(packed, 0, size + len(tail), size)
        checksum = _CHECKSUM.pack(zlib.crc32(tail, zlib.crc32(packed)))
        with self.lock:
            if head[0] in (SUCCEEDED, FAILED):
                call = self.held.pop(head[1], None)
                if call is not None and not call.streams:
                    self.kept[head[1]] = (call, head, tail)
            self.write(packed)
            if tail:
                self.write(tail)
            self.write(checksum)

    def receive(self):
        """Waits for messages and returns them, or none where there was but a wake-up; None at the end."""
        os.read(self.fd, 4096)
        messages = []
        while self.messages:
            message = self.messages.popleft()
            if message is None:
                return None
            messages.append(message)
        return messages

    def read_forever(self):
        poll = select.poll()
        poll.register(CHANNEL_IN, select.POLLIN)
        spoke = time.monotonic()
        silent = False
        while True:
            every = _CHECK_S if self.orphan_s is None else max(0.05, min(self.orphan_s / 4, _CHECK_S))
            if not poll.poll(every * 1000):
                # One that was frozen meanwhile may have the words of its engine unread: it is given another turn.
                if self.orphan_s is not None and time.monotonic() - spoke >= self.orphan_s:
                    if silent:
                        os._exit(0)
                    silent = True
                continue
            data = os.read(CHANNEL_IN, _READ_BYTES)
            spoke, silent = time.monotonic(), False
            if data:
                self.find_hails(data)
            else:
                self.give(None)
                return

    def find_hails(self, data):
        """Tells hails from the frames between them, however the stream was cut."""
        while data:
            window = self.last + data
            at = window.find(self.mark)
            end = at + _HAIL_BYTES
            if at == -1 or end > len(window):
                self.last = window[-(_HAIL_BYTES - 1) :]
                return self.take_frames(data)
            before = at - len(self.last)
            if before > 0:
                self.take_frames(data[:before])
            data = data[end - len(self.last) :]
            self.last = b""
            self.take_hail(window[at:end])

    def take_hail(self, hail):
        nonce, phase = hail[32:40], hail[40]
        if phase == _HAIL:
            self.paused = True
            self.hailed = nonce
            with self.lock:
                self.write(hail)
        elif phase == _BEGIN and nonce == self.hailed:
            self.hailed = None
            self.paused = False
            self.buffer.clear()
            self.resume()

    def take_frames(self, data):
        if self.paused:
            return
        buffer = self.buffer
        buffer += data
        at = 0
        while len(buffer) - at >= 6:
            size, head_size = _PREFIX.unpack_from(buffer, at)
            end = at + 6 + size
            if size > _MAX_FRAME_BYTES or head_size > size:
                return self.out_of_step()
            if end + 4 > len(buffer):
                break
            with memoryview(buffer) as view:
                intact = zlib.crc32(view[at:end]) == _CHECKSUM.unpack_from(buffer, end)[0]
                frame = bytes(view[at + 6 : end])
            if not intact:
                return self.out_of_step()
            self.take_message(Reader(frame).read(), frame[head_size:])
            at = end + 4
        del buffer[:at]

    def out_of_step(self):
        """What an engine wrote half before it died is mended by the next one: nothing counts until then."""
        self.paused = True
        self.buffer.clear()

    def take_message(self, head, tail):
        kind = head[0]
        if kind == ACKNOWLEDGE:
            with self.lock:
                for number in head[1]:
                    self.kept.pop(number, None)
            return
        if kind == CALL:
            self.hold((head[1],), (head[2],), (head[3],), self.is_stream(head[4]))
        elif kind == BATCH:
            self.hold(tuple(head[2]), head[3], head[4], False)
        self.give((head, tail))

    def hold(self, numbers, ids, attempts, streams):
        with self.lock:
            self.last_call = max(self.last_call, *numbers)
            for number, call_id, attempt in zip(numbers, ids, attempts):
                self.held[number] = Held(call_id, attempt, numbers, streams)

    def give(self, message):
        self.messages.append(message)
        os.write(self.wake, b"\0")

    def resume(self):
        """A new engine is there: it learns what is held, and gets what the last one may not have got."""
        begun = {number: call for call in self.running_calls() for number in call.numbers}
        with self.lock:
            held = dict(self.held)
            kept = list(self.kept.items())
        now = time.perf_counter()
        running, waiting, calls = [], [], []
        for number, call in held.items():
            if call.numbers[0] == number or call.numbers[0] not in held:
                group = [each for each in call.numbers if each in held]
                if group[0] == number:
                    (running if number in begun else waiting).append(group)
            if call.streams:
                # Its reader is gone with the engine.
                self.give(([CANCEL, number], b""))
            else:
                started = begun[number].started if number in begun else now
                calls.append([number, call.id, call.attempt, int((now - started) * 1000)])
        calls += [[number, call.id, call.attempt, 0] for number, (call, _, _) in kept]
        accepting = self.accepting()
        self.send(RESUMED, PROTOCOL_VERSION, accepting, self.last_call, running, waiting, calls, tail=self.memo)
        for _, (_, head, tail) in kept:
            self.send(*head, tail=tail)
