"""The tables of a study without a trial, made once in a process: Optuna reads thirty migrations to make them."""

import sqlite3
from dataclasses import dataclass
from functools import cache

import sqlalchemy
from optuna.storages import RDBStorage


@dataclass(frozen=True)
class Tables:
    """file: a SQLite database. version: of its tables, which this Optuna reads."""

    file: bytes
    version: str


@cache
def empty() -> Tables:
    """A study without a trial."""
    storage = RDBStorage("sqlite://", engine_kwargs={"poolclass": sqlalchemy.pool.StaticPool})
    try:
        with storage.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            return Tables(driver.serialize(), storage.get_current_version())
    finally:
        storage.remove_session()
        storage.engine.dispose()
