"""Exceptions as the records that src/protocol/remote-error.ts revives.

Kept: the name of the class, the message, the traceback as `stack`, own attributes that can cross, the cause, and
the parts of an ExceptionGroup.

Invariants
- never fails: an attribute that cannot cross is left behind
- the traceback shows the user's own code with the author's paths, and none of the runner's
"""
import traceback

from dray_runner import value_writer

RUNNER = "<dray "
_MAX_CAUSES = 20


class Paths:
    """Where the app's files are in the container, and where they are on the author's machine."""

    container = None
    author = None


class StartError(Exception):
    """The function cannot be started; says all there is to say."""

    def __init__(self, message, *suggestions):
        super().__init__(message)
        self.suggestions = list(suggestions)


def thrown_bytes(error):
    """A thrown exception as an encoded value."""
    return value_writer.write_value(error, "the exception")


def error_record(error, depth=0):
    """[base, name, message, stack, properties]"""
    if isinstance(error, _Recorded):
        return error.record
    properties = {}
    for key, value in _attributes(error).items():
        if key.startswith("_") or key in ("stack", "message", "name"):
            continue
        try:
            value_writer.write_value(value, key)
        except Exception:
            continue
        properties[key] = value
    cause = error.__cause__
    if cause is not None and depth < _MAX_CAUSES:
        properties["cause"] = _Recorded(error_record(cause, depth + 1))
    base = "Error"
    parts = getattr(error, "exceptions", None)
    if isinstance(parts, tuple) and depth < _MAX_CAUSES:
        base = "AggregateError"
        properties["errors"] = [_Recorded(error_record(part, depth + 1)) for part in parts]
    return [base, _name(error), _message(error), traceback_text(error), properties]


class _Recorded(BaseException):
    """Stands for an exception whose record is made already."""

    def __init__(self, record):
        super().__init__()
        self.record = record


def traceback_text(error):
    """The traceback as Python prints it, without the runner's frames and with the author's paths."""
    try:
        report = traceback.TracebackException.from_exception(error)
        _clean(report, set())
        return "".join(report.format()).rstrip("\n")
    except Exception:
        return f"{_name(error)}: {_message(error)}"


def author_path(path):
    """A path in the container as the author knows it."""
    if path is not None and Paths.container is not None and path.startswith(Paths.container):
        return Paths.author + path[len(Paths.container) :]
    return path


def _clean(report, seen):
    if report is None or id(report) in seen:
        return
    seen.add(id(report))
    frames = []
    for frame in report.stack:
        if frame.filename.startswith((RUNNER, "<frozen importlib")):
            continue
        # The line is read from the file, so before its name changes.
        frame.line
        frame.filename = author_path(frame.filename)
        frames.append(frame)
    report.stack[:] = frames
    if getattr(report, "filename", None) is not None:
        report.filename = author_path(report.filename)
    _clean(report.__cause__, seen)
    _clean(report.__context__, seen)
    for part in getattr(report, "exceptions", None) or ():
        _clean(part, seen)


def _attributes(error):
    try:
        return dict(vars(error))
    except TypeError:
        return {}


def _name(error):
    return type(error).__name__


def _message(error):
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{error.msg} ({author_path(error.filename)}, line {error.lineno})"
    try:
        return str(error)
    except Exception:
        return f"an exception whose text cannot be made: {_name(error)}"
