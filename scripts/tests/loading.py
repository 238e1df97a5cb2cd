"""Imports a script that has no `.py` at its end."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent


def load(name):
    spec = spec_from_loader(name, SourceFileLoader(name, str(SCRIPTS / name)))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
