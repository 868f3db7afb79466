"""A module executed once more, beside the imported one: what its tables are built with is then under test as well."""

from importlib.util import find_spec, module_from_spec
from types import ModuleType


def anew(module: ModuleType) -> ModuleType:
    """The same code in a module of its own; its classes are not those of the imported one."""
    spec = find_spec(module.__name__)
    assert spec is not None
    assert spec.loader is not None
    again = module_from_spec(spec)
    spec.loader.exec_module(again)
    return again
