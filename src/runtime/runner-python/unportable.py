"""What cannot cross from Python to its caller, how it is called, and what to do about it. Pure."""


class UncloneableValueError(TypeError):
    """A value, or a part of one, that has no form outside of Python."""

    def __init__(self, path, what, hint):
        super().__init__(f"{path} is {what}, which cannot cross from a container")
        self.code = "VALUE_NOT_CLONEABLE"
        self.path = path
        self.suggestions = [hint]


class Unportable(Exception):
    """Raised inside; the path is put together on the way out."""

    def __init__(self, what, hint="return plain data: dicts, lists, strings, numbers, bytes, numpy arrays"):
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.path = []


def described(value):
    """What a value that cannot cross is called, and what to do about it."""
    kind = type(value)
    name = kind.__name__
    module = kind.__module__.partition(".")[0]
    if name in ("generator", "map", "filter", "zip", "dict_keys", "dict_values", "dict_items") or name.endswith(
        "iterator"
    ):
        return f"a {name}", "make it a list: list(…)"
    if name in ("coroutine", "async_generator"):
        return f"a {name}", "await it first"
    if isinstance(value, type):
        return f"the class {value.__name__}", "return an instance of it, or its name"
    if callable(value):
        return f"the function {getattr(value, '__name__', name)}", "call it, and return what it returns"
    if module in ("pandas", "polars"):
        return f"a {module} {name}", 'turn it into plain data: .to_dict("records")'
    if module == "torch":
        return f"a torch {name}", "turn it into numpy: .detach().cpu().numpy()"
    full = name if module == "builtins" else f"{kind.__module__}.{name}"
    return f"an instance of {full}", "return plain data: a dict, a dataclass or a namedtuple"
