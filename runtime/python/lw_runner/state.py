"""A model that has learned, as bytes, and back.

The bytes are read by this runner alone, inside the sandbox: the host keeps them and looks at none of them. Their first
line says who made them: the model's own `lw_export`, to which its class's `lw_restore` belongs, or pickle.
"""

import os

from .describe import sentence
from .errors import LOAD_FAILED, OUTPUT_INVALID, RunnerError, quoted

NAME = "_lw_state.bin"
HOOK = b"lw-state/1 hook\n"
PICKLE = b"lw-state/1 pickle\n"


def exported(model, limit, describer):
    """The model's state; at most `limit` bytes."""
    try:
        if callable(getattr(model, "lw_export", None)):
            data = model.lw_export()
            if not isinstance(data, (bytes, bytearray, memoryview)):
                raise TypeError(f"lw_export must return bytes, not {type(data).__name__}")
            state = HOOK + bytes(data)
        else:
            import pickle

            state = PICKLE + pickle.dumps(model, protocol=4)
    except BaseException as error:
        message = sentence("Exporting the model", error)
        message += "; a class whose objects pickle does not know can have lw_export and lw_restore"
        raise RunnerError(OUTPUT_INVALID, message, **describer.data(error)) from None
    if len(state) > limit:
        raise RunnerError(OUTPUT_INVALID, f"The model's state has {len(state)} bytes, more than the {limit} allowed")
    return state


def read(package):
    """The state beside the package's files, or None."""
    path = os.path.join(package, NAME)
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def restored(state, model_class, kwargs):
    """The model of a state; raises whatever the package's code raises."""
    if state.startswith(HOOK):
        model = model_class(**kwargs)
        model.lw_restore(state[len(HOOK) :])
        return model
    if not state.startswith(PICKLE):
        raise RunnerError(LOAD_FAILED, f"{quoted(NAME)} is not a state that this runner has made")
    import pickle

    model = pickle.loads(memoryview(state)[len(PICKLE) :])
    if isinstance(model_class, type) and not isinstance(model, model_class):
        name = quoted(type(model).__name__)
        raise RunnerError(LOAD_FAILED, f"{quoted(NAME)} holds {name}, not the package's {quoted(model_class.__name__)}")
    return model
