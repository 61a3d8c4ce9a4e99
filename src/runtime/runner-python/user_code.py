"""The user's module: written to a folder of its own, imported, and what it serves found in it.

The files are real, because much of Python wants them so (inspect, pickle, multiprocessing). The folder is first on
`sys.path`, so the app's modules find each other as they do on the author's machine.

Raises the error of the user's module as it is, or a StartError with what to do.
"""
import atexit
import importlib
import inspect
import json
import os
import struct
import sys

from dray_runner.thrown import Paths, StartError, author_path

# Packages whose name on PyPI is not the one that is imported.
_PYPI_NAMES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "pymupdf",
    "google.protobuf": "protobuf",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "pptx": "python-pptx",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}


class UserCode:
    """What a container serves: a function, or a class."""

    def __init__(self, file, name, kind, target):
        self.file = file
        self.name = name
        self.kind = kind
        self.target = target


def load(bundle):
    """Imports the bundle that src/runtime/python/python-bundle.ts made."""
    (size,) = struct.unpack_from("<I", bundle, 0)
    described = json.loads(bytes(bundle[4 : 4 + size]))
    entry = described["entry"]
    folder = _new_folder()
    Paths.container = folder + os.sep
    Paths.author = described["root"].rstrip("/\\") + os.sep
    for path, text in described["files"].items():
        file = os.path.join(folder, *path.split("/"))
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8", newline="") as out:
            out.write(text)
    # `python -c` puts the working directory first; the image's own modules there stay reachable, after the app's.
    sys.path.insert(0, folder)
    sys.argv = [os.path.join(folder, *entry["file"].split("/"))]
    sys.dont_write_bytecode = True
    try:
        module = importlib.import_module(entry["module"])
    except ModuleNotFoundError as error:
        raise _missing_module(error, described) from error
    kind = entry["kind"]
    target = getattr(module, entry["name"], None)
    if not (inspect.isclass(target) if kind == "class" else callable(target)):
        raise _missing_name(module, entry, target)
    return UserCode(entry["file"], entry["name"], kind, target)


def _new_folder():
    folder = os.path.join(os.environ.get("TMPDIR") or "/tmp", f"dray-app-{os.urandom(8).hex()}")
    os.mkdir(folder, 0o700)
    atexit.register(_remove, folder)
    return folder


def _remove(folder):
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _missing_module(error, described):
    name = error.name or ""
    top = name.partition(".")[0]
    local = {path.partition("/")[0].replace(".py", "") for path in described["files"]}
    importer = _importer(error) or described["entry"]["file"]
    if top in local or not top:
        return StartError(
            f"{importer} imports {name}, which is not among the app's files",
            "see that the file exists; modules that are imported by a computed name are not sent along",
        )
    package = _PYPI_NAMES.get(name) or _PYPI_NAMES.get(top) or top.replace("_", "-")
    return StartError(
        f'{importer} imports {top}, which is neither in the image nor one of the app\'s files',
        f'install it in the image: Image.python().pipInstall("{package}")',
        f"or, if {top} is your own module, put {top}.py beside {described['entry']['file']}",
    )


def _importer(error):
    """The line of the app that asked for the module."""
    place = None
    trace = error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if path.startswith(Paths.container):
            place = f"{author_path(path)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _missing_name(module, entry, found):
    kind, name, file = entry["kind"], entry["name"], entry["file"]
    if found is not None:
        return StartError(f"{name} of {file} is no {kind}: it is {type(found).__name__}")
    wanted = inspect.isclass if kind == "class" else inspect.isroutine
    names = [key for key, value in vars(module).items() if wanted(value) and not key.startswith("_")]
    import difflib

    near = difflib.get_close_matches(name, names, 1)
    hints = [f"did you mean {near[0]}?"] if near else [f"it has: {', '.join(names[:10])}"] if names else []
    return StartError(f"{file} has no {kind} {name}", *hints)
