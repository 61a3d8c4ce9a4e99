"""User values as bytes, as src/protocol/value-codec.ts reads them: msgpack with msgpackr's extensions.

A dict whose keys are all strings becomes an object, written as a record: its keys once for each distinct
list of them. Any other dict becomes a Map. What each type becomes is the table of docs/python.md.

Invariants
- nothing is dropped silently: what cannot cross raises UncloneableValueError with its path
- encoding never changes the value
"""
import datetime
import enum
import struct
import sys

from dray_runner.number_arrays import numpy_array, python_array
from dray_runner.unportable import Unportable, UncloneableValueError, described

MAX_PAYLOAD_BYTES = 104_857_600
_SAFE_INTEGER = 2**53 - 1
_RECORD_IDS = 64
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_IDENTIFIER_KEY = str.isidentifier

def write_value(value, root="the result"):
    """A value as bytes. Raises UncloneableValueError."""
    out = bytearray()
    try:
        Writer(out).write(value)
    except Unportable as problem:
        raise UncloneableValueError(root + "".join(reversed(problem.path)), problem.what, problem.hint) from None
    except RecursionError:
        raise UncloneableValueError(root, "nested deeper than Python's stack", "flatten it first") from None
    if len(out) > MAX_PAYLOAD_BYTES:
        limit = MAX_PAYLOAD_BYTES // 2**20
        raise UncloneableValueError(
            root, f"{len(out) / 2**20:.1f} MiB encoded (a call carries at most {limit} MiB)", "return less at a time"
        )
    return bytes(out)


class Writer:
    """Appends values to a bytearray."""

    def __init__(self, out):
        self.out = out
        self.records = {}
        self.record_keys = [None] * _RECORD_IDS
        self.next_record = 0
        self.open = set()

    def write(self, value):
        plain = _PLAIN.get(type(value))
        if plain is not None:
            plain(self, value)
        else:
            self.convert(value)

    def convert(self, value):
        if isinstance(value, enum.Enum):
            return self.write(value.value)
        if hasattr(value, "_fields") and isinstance(value, tuple):
            return self.dict(dict(zip(value._fields, value)))
        for base, method in _SUBCLASSED:
            if isinstance(value, base):
                return method(self, value)
        if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
            fields = sys.modules["dataclasses"].fields(value)
            return self.guarded(value, lambda: self.dict({each.name: getattr(value, each.name) for each in fields}))
        if isinstance(value, BaseException):
            from dray_runner.thrown import error_record

            return self.error(error_record(value))
        kind = type(value)
        if kind.__module__ == "array" and kind.__name__ == "array":
            return self.typed(python_array(value))
        numpy = sys.modules.get("numpy")
        if numpy is not None and isinstance(value, numpy.ndarray):
            return self.write(value.item()) if value.ndim == 0 else self.typed(numpy_array(numpy, value))
        if numpy is not None and isinstance(value, numpy.generic):
            item = value.item()
            if type(item) is type(value):
                raise Unportable(f"a numpy.{kind.__name__}", "convert it: float(x), int(x) or str(x)")
            return self.write(item)
        if callable(getattr(value, "model_dump", None)):
            return self.dict(value.model_dump())
        raise Unportable(*described(value))

    # Scalars

    def none(self, _):
        self.out.append(0xC0)

    def bool(self, value):
        self.out.append(0xC3 if value else 0xC2)

    def int(self, value):
        out = self.out
        # From 0x40 on a byte by itself names a record.
        if 0 <= value < 0x40:
            out.append(value)
        elif -0x20 <= value < 0:
            out.append(value + 0x100)
        elif -0x80000000 <= value <= 0x7FFFFFFF:
            out += struct.pack(">Bi", 0xD2, value)
        elif -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
            out += struct.pack(">Bd", 0xCB, value)
        elif -(2**63) <= value < 2**63:
            out += struct.pack(">Bq", 0xD3, value)
        else:
            size = value.bit_length() // 8 + 1
            self.extension(0x42, value.to_bytes(size, "big", signed=True))

    def float(self, value):
        self.out += struct.pack(">Bd", 0xCB, value)

    def str(self, value):
        try:
            encoded = value.encode("utf-8")
        except UnicodeEncodeError:
            hint = "encode it to bytes: text.encode('utf-8', 'surrogateescape')"
            raise Unportable("a string with a lone surrogate", hint) from None
        self.head(len(encoded), 0xA0, 32, 0xD9, 0xDA, 0xDB)
        self.out += encoded

    def bytes(self, value):
        view = memoryview(value)
        self.head(view.nbytes, 0, 0, 0xC4, 0xC5, 0xC6)
        self.out += view.tobytes() if not view.c_contiguous else view.cast("B")

    def datetime(self, value):
        # Without a zone it is taken as UTC: the zone of a container means nothing to its caller.
        aware = value if value.tzinfo is not None else value.replace(tzinfo=datetime.timezone.utc)
        elapsed = aware - _EPOCH
        seconds = elapsed.days * 86_400 + elapsed.seconds
        self.extension(0xFF, struct.pack(">Iq", elapsed.microseconds * 1000, seconds))

    def date(self, value):
        self.datetime(datetime.datetime(value.year, value.month, value.day))

    # Collections

    def list(self, value):
        self.guarded(value, lambda: self.items(value))

    def items(self, value):
        self.head(len(value), 0x90, 16, None, 0xDC, 0xDD)
        write = self.write
        index = 0
        try:
            for item in value:
                write(item)
                index += 1
        except Unportable as problem:
            problem.path.append(f"[{index}]")
            raise

    def set(self, value):
        self.out += b"\xd4\x73\x00"
        try:
            self.head(len(value), 0x90, 16, None, 0xDC, 0xDD)
            for item in value:
                self.write(item)
        except Unportable as problem:
            problem.path.append(".values()")
            raise

    def mapping(self, value):
        self.guarded(value, lambda: self.dict(value))

    def dict(self, value):
        keys = tuple(value)
        for key in keys:
            if type(key) is not str:
                return self.map(value)
        if "__proto__" in value:
            raise Unportable('a dict with the key "__proto__"', "rename the key")
        self.shape(keys)
        key = None
        try:
            for key, item in value.items():
                self.write(item)
        except Unportable as problem:
            problem.path.append(f".{key}" if _IDENTIFIER_KEY(key) else f"[{key!r}]")
            raise

    def shape(self, keys):
        known = self.records.get(keys)
        if known is not None:
            self.out.append(0x40 + known)
            return
        record = self.next_record
        self.next_record = (record + 1) % _RECORD_IDS
        previous = self.record_keys[record]
        if previous is not None:
            del self.records[previous]
        self.records[keys] = record
        self.record_keys[record] = keys
        self.out += bytes((0xD4, 0x72, 0x40 + record))
        self.head(len(keys), 0x90, 16, None, 0xDC, 0xDD)
        for key in keys:
            self.str(key)

    def map(self, value):
        self.head(len(value), 0x80, 16, None, 0xDE, 0xDF)
        for key, item in value.items():
            try:
                self.write(key)
            except Unportable as problem:
                problem.path.append(".keys()")
                raise
            try:
                self.write(item)
            except Unportable as problem:
                problem.path.append(f"[{key!r}]")
                raise

    def guarded(self, value, write):
        """Refuses a value that contains itself."""
        identity = id(value)
        if identity in self.open:
            raise Unportable("a part of itself", "return data without cycles")
        self.open.add(identity)
        try:
            write()
        finally:
            self.open.discard(identity)

    def typed(self, form):
        """What number_arrays.py says of an array."""
        kind, body = form
        if kind is None:
            self.items(body)
        else:
            self.extension(0x74, bytes((kind,)) + body)

    def error(self, record):
        self.out += b"\xd4\x45\x00"
        self.items(record)

    # Heads

    def extension(self, kind, body):
        size = len(body)
        if size < 0x100:
            self.out += struct.pack(">BBB", 0xC7, size, kind)
        elif size < 0x10000:
            self.out += struct.pack(">BHB", 0xC8, size, kind)
        else:
            self.out += struct.pack(">BIB", 0xC9, size, kind)
        self.out += body

    def head(self, size, fixed, below, one, two, four):
        out = self.out
        if size < below:
            out.append(fixed + size)
        elif one is not None and size < 0x100:
            out += struct.pack(">BB", one, size)
        elif size < 0x10000:
            out += struct.pack(">BH", two, size)
        else:
            out += struct.pack(">BI", four, size)


_PLAIN = {
    type(None): Writer.none,
    bool: Writer.bool,
    int: Writer.int,
    float: Writer.float,
    str: Writer.str,
    bytes: Writer.bytes,
    bytearray: Writer.bytes,
    memoryview: Writer.bytes,
    list: Writer.list,
    tuple: Writer.list,
    range: Writer.list,
    dict: Writer.mapping,
    set: Writer.set,
    frozenset: Writer.set,
    datetime.datetime: Writer.datetime,
    datetime.date: Writer.date,
}
# Subclasses of what is above, datetime before date, which it extends.
_SUBCLASSED = tuple((base, method) for base, method in _PLAIN.items() if base not in (type(None), bool, memoryview, range))
