"""The exception tree, and nothing else.

TunewrightError
├── InputError          the user's input is wrong: exit code 2, one clear line
│   ├── DataError       a data file cannot be read or used
│   ├── ConfigError     an experiment, a recipe or an option is wrong
│   ├── BundleError     a bundle is damaged, tampered with or too new
│   └── RunFolderError  a run folder is missing, incomplete or not writable
├── TrialPruned         one configuration was given up at a rung
├── TrialFailure        one configuration could not be scored (it diverged, for example)
└── StudyFailure        the study cannot go on (too many failures in a row)
"""


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


class StudyFailure(TunewrightError):
    """The study cannot go on; what was told is saved."""
