"""The module `dray` of a container: what Python code says to dray, which is little.

    import dray

    class Model:
        @dray.enter()
        def load(self): ...
"""
import sys

_HOOK = "__dray_hook__"


def _hook(name):
    def decorate(method=None):
        def mark(given):
            setattr(given, _HOOK, name)
            return given

        return mark if method is None else mark(method)

    return decorate


#: Marks a method that a container runs once, before its first call. With or without parentheses.
enter = _hook("enter")
#: Marks a method that a container runs once, before it stops. With or without parentheses.
exit = _hook("exit")


class CurrentCall:
    """The call that the running code serves."""

    __slots__ = ("id", "function_name", "attempt")

    def __init__(self, id, function_name, attempt):
        self.id = id
        self.function_name = function_name
        self.attempt = attempt


def current_call():
    """The call that the calling code serves, or None outside of one."""
    return _current()


def is_local():
    """Whether this code runs outside of any dray container."""
    return False


def hooks_of(cls, name):
    """Names of the methods that a class marks, base classes first, in the order of the source."""
    names = []
    for base in reversed(cls.__mro__):
        for key, value in vars(base).items():
            if getattr(value, _HOOK, None) == name and key not in names:
                names.append(key)
    return names


def is_hook(method):
    """Whether a method is marked, and so not to be called by others."""
    return getattr(method, _HOOK, None) is not None


def install(current):
    """Makes `import dray` find this module. `current` gives the current call."""
    global _current
    _current = current
    sys.modules["dray"] = sys.modules[__name__]


def _current():
    return None
