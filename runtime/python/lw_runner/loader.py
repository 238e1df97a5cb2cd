"""From the host's `hello.params.model` to a constructed model."""

import os
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader

from . import state
from .describe import PACKAGE_MODULE, sentence
from .errors import INVALID_PARAMS, LOAD_FAILED, RunnerError, clean_text, quoted

KNOWN_CLASSES_LIMIT = 20


def prepare_import_path(environment, runner):
    """Makes the environment's packages and the `learnware` shim importable."""
    # Our shim wins always: an environment that holds the real `learnware` must neither slow the start down
    # (it may import torch) nor change what BaseModel is.
    sys.path.insert(0, os.path.join(runner, "shim"))
    # A plain append: `.pth` files, which can run code and leave the environment, are never read.
    site_packages = os.path.join(environment, "site-packages")
    if os.path.isdir(site_packages):
        sys.path.append(site_packages)


def load_model(config, package, describer):
    """Imports the module, finds the class and constructs the model; every failure is a RunnerError."""
    module_path = text_member(config, "module_path", "__init__.py")
    class_name = text_member(config, "class_name", "Model")
    kwargs = constructor_arguments(config)
    try:
        os.chdir(package)
    except OSError:
        pass  # packages should not rely on it
    action = "Importing the package's code"
    try:
        module = import_package_module(module_path, package)
        model_class = find_class(module, class_name)
        # Pickles made by a training script name their class `__main__.Class`.
        setattr(sys.modules["__main__"], class_name, model_class)
        saved = state.read(package)
        if saved is not None:
            action = f"Restoring the trained {clean_text(class_name, 80)}"
            return state.restored(saved, model_class, kwargs)
        action = f"Constructing {clean_text(class_name, 80)}"
        return model_class(**kwargs)
    except RunnerError:
        raise
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: they are the package's, not ours
        raise RunnerError(LOAD_FAILED, sentence(action, error), **describer.data(error)) from None


def text_member(config, key, default):
    value = config.get(key, default)
    if not isinstance(value, str) or not value or "\0" in value:
        raise RunnerError(INVALID_PARAMS, f"model.{key} must be a text")
    return value


def import_package_module(module_path, package):
    if not module_path.endswith(".py"):
        return import_module(module_path)
    if module_path.startswith("/") or ".." in module_path.split("/"):
        raise RunnerError(LOAD_FAILED, f"module_path must stay inside the package, but is {quoted(module_path)}")
    path = os.path.join(package, module_path)
    if not os.path.isfile(path):
        raise RunnerError(LOAD_FAILED, f"The package has no file {quoted(module_path)}, which module_path names")
    sys.meta_path.insert(0, PackageFinder(path))
    return import_module(PACKAGE_MODULE)


class PackageFinder:
    """Finds the package's module under a made-up name. (importlib.util can do this too, and imports a lot.)"""

    def __init__(self, path):
        self._path = path

    def find_spec(self, name, path=None, target=None):
        if name != PACKAGE_MODULE:
            return None
        spec = ModuleSpec(name, SourceFileLoader(name, self._path), origin=self._path)
        spec.has_location = True
        # Search locations make the module a package, whatever its file's name, so that `from .util import x`
        # finds the files beside it.
        spec.submodule_search_locations = [os.path.dirname(self._path)]
        return spec


def find_class(module, class_name):
    found = getattr(module, class_name, None)
    if callable(found):
        return found
    classes = [name for name, value in vars(module).items() if isinstance(value, type)]
    own = [name for name in classes if vars(module)[name].__module__ == module.__name__]
    known = ", ".join(clean_text(name, 80) for name in (own or classes)[:KNOWN_CLASSES_LIMIT])
    problem = "has no class" if found is None else "has no callable class"
    offer = f"it has {known}" if known else "it has no class at all"
    raise RunnerError(LOAD_FAILED, f"The package {problem} {quoted(class_name)}; {offer}")


def constructor_arguments(config):
    """The kwargs, with the lists that were tuples in the YAML turned back into tuples."""
    kwargs = config.get("kwargs", {})
    if not isinstance(kwargs, dict):
        raise RunnerError(INVALID_PARAMS, "model.kwargs must be an object")
    paths = config.get("tuple_paths", [])
    if not isinstance(paths, list):
        raise RunnerError(INVALID_PARAMS, "model.tuple_paths must be a list of JSON pointers")
    pointers = {tuple(pointer_tokens(path)) for path in paths}
    # The deepest first: nothing can be replaced inside a tuple.
    for tokens in sorted(pointers, key=len, reverse=True):
        make_tuple(kwargs, tokens)
    return kwargs


def pointer_tokens(path):
    """The reference tokens of a JSON pointer (RFC 6901)."""
    if not isinstance(path, str) or not path.startswith("/"):
        raise RunnerError(INVALID_PARAMS, f"{quoted(path)} in model.tuple_paths points to no member of kwargs")
    return [token.replace("~1", "/").replace("~0", "~") for token in path[1:].split("/")]


def make_tuple(kwargs, tokens):
    container, key = None, None
    value = kwargs
    for token in tokens:
        container, key = value, token
        try:
            if isinstance(container, list):
                key = list_index(token)
            elif not isinstance(container, dict):
                raise KeyError(token)
            value = container[key]
        except (KeyError, IndexError):
            raise RunnerError(INVALID_PARAMS, f"model.tuple_paths names {quoted(token)}, which kwargs lack") from None
    if not isinstance(value, list):
        raise RunnerError(INVALID_PARAMS, f"model.tuple_paths names {quoted(tokens[-1])}, which is not a list")
    container[key] = tuple(value)


def list_index(token):
    if not (token.isascii() and token.isdigit()) or (len(token) > 1 and token[0] == "0"):
        raise KeyError(token)
    return int(token)


def plain_shape(shape):
    """The shape as a list of integers, or None when the model states none that makes sense."""
    if not isinstance(shape, (tuple, list)) or len(shape) > 31:
        return None
    try:
        extents = [extent.__index__() for extent in shape if not isinstance(extent, bool)]
    except Exception:
        return None
    if len(extents) != len(shape) or not all(-1 <= extent < 2**63 for extent in extents):
        return None
    return extents
