"""What a search looks at before its first trial: that the model can be trained, and the tuner's own code called."""

import inspect
import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import keras
import keras_tuner
import numpy as np
from optuna.pruners import BasePruner, NopPruner

from tunewright.core.errors import ConfigError
from tunewright.core.words import told
from tunewright.interop.keras.identity import own_kinds
from tunewright.interop.keras.proposing import Space
from tunewright.interop.keras.training import takes_callbacks

_NEVER_CALLED: Mapping[str, str] = MappingProxyType({
    "pre_create_trial": "trials are begun by the search; write what it does into on_trial_begin or run_trial",
    "save": "trials are written down as they end; take it out",
    "get_state": "trials are written down as they end, and no state of a tuner beside them; take it out",
    "set_state": "trials are read from the study, and no state of a tuner beside them; take it out",
})  # fmt: skip
"""Methods that KerasTuner's users override, why they are not called here, and what to do."""


def check_tuner(
    tuner: keras_tuner.Tuner, pruner: BasePruner, *, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Raise ConfigError where a tuner of the user's own overrides what is not called, or cannot take the arguments."""
    kind = type(tuner)
    for name, why in _NEVER_CALLED.items():
        if any(name in vars(one) for one in own_kinds(kind)):
            raise ConfigError(f"{kind.__name__}.{name} would never be called: {why}, or stay with KerasTuner")
    try:
        inspect.signature(tuner.run_trial).bind(None, *args, **kwargs)
    except TypeError as error:
        raise ConfigError(
            f"{kind.__name__}.run_trial does not take what search hands it: {error}; change its arguments, or let it "
            "take *args and **kwargs"
        ) from None
    if not takes_callbacks(tuner) and not isinstance(pruner, NopPruner):
        warnings.warn(
            f"{kind.__name__}.run_trial takes no callbacks, so no epoch is told and no trial is pruned; give it "
            "**kwargs, and hand them to fit",
            stacklevel=2,
        )


def built(tuner: keras_tuner.Tuner, hyperparameters: keras_tuner.HyperParameters) -> keras.Model:
    """The model of these hyperparameters. Raises ConfigError where the user's function makes something else."""
    made = tuner.hypermodel.build(hyperparameters)
    if not isinstance(made, keras.Model):
        found = "None; is a `return` missing?" if made is None else type(made).__name__
        raise ConfigError(f"the model's build(hp) must return a keras.Model, found {found}")
    return made


def check_model(tuner: keras_tuner.Tuner, space: Space, given: Mapping[str, Any]) -> None:
    """Raise ConfigError where `Model.fit` could not train the model on what is given, as far as that is plain."""
    model, x = tuner.hypermodel, given.get("x")
    if model is None or type(model).fit is not keras_tuner.HyperModel.fit:
        return
    made = built(tuner, space.preset.copy())
    if not made.compiled and not (tuner.loss and tuner.optimizer):
        raise ConfigError("the model that build(hp) returns is not compiled; call its compile(optimizer, loss)")
    if not isinstance(x, np.ndarray):
        return
    try:
        made.predict_on_batch(x[:1])
    except Exception as error:  # Keras raises what its backend does
        raise ConfigError(
            f"the model that build(hp) returns cannot take x, whose shape is {x.shape}: {told(error)}"
        ) from None
