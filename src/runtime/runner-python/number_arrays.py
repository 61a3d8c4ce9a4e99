"""Arrays of numbers as JavaScript's typed arrays: the code that msgpackr gives each kind, and the bytes. Pure.

An array that has no such kind (of strings, of booleans, of more dimensions) is a list: code None.
"""
from dray_runner.unportable import Unportable

_TYPED_CODES = {
    "int8": 0,
    "uint8": 1,
    "int16": 3,
    "uint16": 4,
    "int32": 5,
    "uint32": 6,
    "float32": 7,
    "float64": 8,
    "int64": 9,
    "uint64": 10,
}
_ARRAY_KINDS = {"b": "int", "h": "int", "i": "int", "l": "int", "q": "int"}
_ARRAY_KINDS.update({"B": "uint", "H": "uint", "I": "uint", "L": "uint", "Q": "uint", "f": "float", "d": "float"})


def python_array(value):
    """An array.array."""
    kind = _ARRAY_KINDS.get(value.typecode)
    if kind is None:
        return None, value.tolist()
    return _TYPED_CODES[f"{kind}{value.itemsize * 8}"], value.tobytes()


def numpy_array(numpy, value):
    """An ndarray of one dimension or more; of more, a list of arrays."""
    if value.dtype.kind in "bOUS":
        return None, value.tolist()
    if value.dtype == numpy.float16:
        value = value.astype(numpy.float32)
    code = _TYPED_CODES.get(value.dtype.name)
    if code is None:
        raise Unportable(f"a numpy array of {value.dtype}", "convert it: array.astype('float64')")
    if value.ndim > 1:
        return None, list(value)
    return code, numpy.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).tobytes()
