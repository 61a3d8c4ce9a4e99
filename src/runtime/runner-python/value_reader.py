"""User values from bytes: msgpack with the extensions that src/protocol/portable-value.ts writes.

Pure. What each type becomes is the table of docs/python.md; the writing end is value_writer.py.

Invariants
- whole numbers are ints, however JavaScript stored them
- numpy is imported with the first typed array, never before
"""
import builtins
import datetime
import struct

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_SAFE_INTEGER = 2**53 - 1
_MAX_DEPTH = 900

# In the order of msgpackr's codes; 1 (Uint8Array) and what is above 10 are bytes.
_TYPED = (
    ("int8", "b"),
    ("uint8", "B"),
    ("uint8", "B"),
    ("int16", "h"),
    ("uint16", "H"),
    ("int32", "i"),
    ("uint32", "I"),
    ("float32", "f"),
    ("float64", "d"),
    ("int64", "q"),
    ("uint64", "Q"),
)


class UnreadableValue(ValueError):
    """The bytes are no value that this end knows."""


class Reader:
    """Reads one value after another from a bytes-like object."""

    __slots__ = ("data", "at", "depth")

    def __init__(self, data, at=0):
        self.data = data
        self.at = at
        self.depth = 0

    def read(self):
        token = self.data[self.at]
        self.at += 1
        if token < 0x80:
            return token
        if token >= 0xE0:
            return token - 0x100
        if token >= 0xC0:
            return _BY_TOKEN[token](self)
        if token >= 0xA0:
            return self.text(token & 0x1F)
        if token >= 0x90:
            return self.array(token & 0x0F)
        return self.map(token & 0x0F)

    def number(self, code, size):
        (value,) = struct.unpack_from(code, self.data, self.at)
        self.at += size
        return value

    def double(self):
        value = self.number(">d", 8)
        if value.is_integer() and value != 0 and -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
            return int(value)
        return value

    def bytes(self, size):
        start = self.at
        self.at += size
        return bytes(self.data[start : self.at])

    def text(self, size):
        start = self.at
        self.at += size
        return str(self.data[start : self.at], "utf-8")

    def array(self, size):
        self.descend()
        read = self.read
        items = [read() for _ in range(size)]
        self.depth -= 1
        return items

    def map(self, size):
        self.descend()
        read = self.read
        entries = {}
        for _ in range(size):
            key = read()
            entries[_key(key)] = read()
        self.depth -= 1
        return entries

    def descend(self):
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnreadableValue("the value is nested deeper than Python's stack")

    def extension(self, size):
        kind = self.data[self.at]
        self.at += 1
        if kind == 0xFF:
            return _date(self.bytes(size))
        if kind == 0x74:
            code = self.data[self.at]
            self.at += 1
            return _typed_array(code, self.bytes(size - 1))
        if kind == 0x42:
            return int.from_bytes(self.bytes(size), "big", signed=True)
        # One byte that says nothing; the value itself follows.
        self.at += size
        if kind == 0x73:
            return {_key(item) for item in self.read()}
        if kind == 0x45:
            return _error(*self.read())
        if kind == 0:
            return None
        raise UnreadableValue(f"extension {kind} is unknown to this runner")


def read_value(data):
    """The value that bytes hold."""
    return Reader(data).read()


def _key(key):
    """A key or a member of a set: what Python can hash."""
    if isinstance(key, list):
        return tuple(_key(item) for item in key)
    if isinstance(key, set):
        return frozenset(key)
    return key


def _date(body):
    if len(body) == 4:
        return _EPOCH + datetime.timedelta(seconds=int.from_bytes(body, "big"))
    if len(body) == 8:
        both = int.from_bytes(body, "big")
        return _EPOCH + datetime.timedelta(seconds=both & 0x3FFFFFFFF, microseconds=(both >> 34) / 1000)
    if len(body) == 12:
        nanoseconds, seconds = struct.unpack(">Iq", body)
        return _EPOCH + datetime.timedelta(seconds=seconds, microseconds=nanoseconds / 1000)
    raise UnreadableValue("an invalid Date")


def _typed_array(code, body):
    if code == 1 or code > 10:
        return body
    name, typecode = _TYPED[code]
    numpy = _numpy()
    if numpy is not None:
        # A copy, because what is made of bytes cannot be written to.
        return numpy.frombuffer(body, dtype=numpy.dtype(name).newbyteorder("<")).astype(name)
    import array

    return array.array(typecode, body)


def _numpy():
    try:
        import numpy
    except ImportError:
        return None
    return numpy


def _error(_base, name, message, stack, properties, _attempts=None):
    cls = getattr(builtins, name, None)
    if not (isinstance(cls, type) and issubclass(cls, Exception)):
        cls = Exception
    try:
        error = cls(message)
    except TypeError:
        error = Exception(message)
    error.name = name
    error.stack = stack
    for key, value in properties.items():
        if key == "cause" and isinstance(value, BaseException):
            error.__cause__ = value
        elif not key.startswith("__"):
            try:
                setattr(error, key, value)
            except (AttributeError, TypeError):
                pass
    return error


def _sized(code, size, method):
    def read(reader):
        return method(reader, reader.number(code, size))

    return read


def _refuse(reader):
    raise UnreadableValue(f"byte {reader.data[reader.at - 1]:#x} begins no value")


_BY_TOKEN = [_refuse] * 256
_BY_TOKEN[0xC0] = lambda reader: None
_BY_TOKEN[0xC2] = lambda reader: False
_BY_TOKEN[0xC3] = lambda reader: True
for _token, _code, _size in ((0xC4, ">B", 1), (0xC5, ">H", 2), (0xC6, ">I", 4)):
    _BY_TOKEN[_token] = _sized(_code, _size, Reader.bytes)
for _token, _code, _size in ((0xC7, ">B", 1), (0xC8, ">H", 2), (0xC9, ">I", 4)):
    _BY_TOKEN[_token] = _sized(_code, _size, Reader.extension)
for _token, _code, _size in ((0xD9, ">B", 1), (0xDA, ">H", 2), (0xDB, ">I", 4)):
    _BY_TOKEN[_token] = _sized(_code, _size, Reader.text)
for _token, _code, _size in ((0xDC, ">H", 2), (0xDD, ">I", 4)):
    _BY_TOKEN[_token] = _sized(_code, _size, Reader.array)
for _token, _code, _size in ((0xDE, ">H", 2), (0xDF, ">I", 4)):
    _BY_TOKEN[_token] = _sized(_code, _size, Reader.map)
for _token, _code, _size in (
    (0xCA, ">f", 4),
    (0xCC, ">B", 1),
    (0xCD, ">H", 2),
    (0xCE, ">I", 4),
    (0xCF, ">Q", 8),
    (0xD0, ">b", 1),
    (0xD1, ">h", 2),
    (0xD2, ">i", 4),
    (0xD3, ">q", 8),
):
    _BY_TOKEN[_token] = _sized(_code, _size, lambda reader, value: value)
_BY_TOKEN[0xCB] = Reader.double
for _token, _count in ((0xD4, 1), (0xD5, 2), (0xD6, 4), (0xD7, 8), (0xD8, 16)):
    _BY_TOKEN[_token] = lambda reader, count=_count: reader.extension(count)
