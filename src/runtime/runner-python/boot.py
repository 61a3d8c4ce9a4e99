"""What the one file of the runner begins with: its modules, found by Python's import as the package `dray_runner`.

scripts/build.ts puts the sources in the place of the dict. A module is compiled when it is first imported.
"""
import sys

SOURCES = {}


class RunnerModules:
    """A finder and loader of the runner's own modules."""

    prefix = "dray_runner."

    def find_spec(self, name, path=None, target=None):
        if name == "dray_runner":
            return type(sys.__spec__)(name, self, is_package=True)
        if name.startswith(self.prefix) and name[len(self.prefix) :] in SOURCES:
            return type(sys.__spec__)(name, self)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__[len(self.prefix) :]
        if name:
            exec(compile(SOURCES[name], f"<dray runner>/{name}.py", "exec"), module.__dict__)


sys.meta_path.insert(0, RunnerModules())

from dray_runner.main import main  # noqa: E402

main()
