"""The exception tree, and nothing else.

TunewrightError
├── InputError          the user's input is wrong: exit code 2, one clear line
│   ├── DataError       a data file cannot be read or used
│   ├── ConfigError     an experiment, a recipe or an option is wrong
│   ├── BundleError     a bundle is damaged, tampered with or too new
│   └── RunFolderError  a run folder is missing, incomplete or not writable
├── TrialPruned         one configuration was given up at a rung
├── TrialInfeasible     one configuration is not allowed: its value is infinite
├── TrialFailure        one configuration could not be scored (it diverged, for example)
└── StudyFailure        the study cannot go on (too many failures in a row)
"""

from collections.abc import Sequence
from typing import Any


class TunewrightError(Exception):
    """Root of everything this package raises on purpose."""


class InputError(TunewrightError):
    """The user's input is wrong. The message says what, what was expected, what was found, and the remedy."""


class DataError(InputError):
    """A data file cannot be read, or its content cannot be used."""


class ConfigError(InputError):
    """An experiment file, a recipe name or an option is wrong."""


class BundleError(InputError):
    """A bundle is damaged, tampered with, or written by a newer version."""


class RunFolderError(InputError):
    """A run folder is missing, incomplete, or cannot be written."""


class TrialFailure(TunewrightError):
    """One configuration could not be scored; the study records it as failed and goes on."""


class TrialPruned(TunewrightError):
    """A pruner gave this configuration up, for the reason that the message names."""


class TrialInfeasible(TunewrightError):
    """This configuration is not allowed, as its infinite value says; the study counts it and goes on."""


class StudyFailure(TunewrightError):
    """The study cannot go on; what was told is saved.

    trials: the records of all its trials until then, in order, where they are at hand.
    """

    def __init__(self, message: str, trials: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.trials = tuple(trials)
