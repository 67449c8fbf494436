"""Read within a time limit that the database keeps, so that a page of figures can never hold up what viewers wait for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TookTooLong(RuntimeError):
    """The limit was over before everything was read."""


@dataclass(slots=True)
class Budget:
    """Seconds of the database's time that are left."""

    left_s: float


@contextmanager
def within(budget: Budget, *, limit_s: float | None = None) -> Iterator[None]:
    """Let the statements inside take what the budget has left together, `limit_s` at most; raises TookTooLong.

    What they read is of one transaction. What they took is off the budget.
    """
    kept_s = 0.0 if limit_s is None else max(0.0, budget.left_s - limit_s)

    def limited(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        left_ms = int((budget.left_s - kept_s) * 1000)
        if left_ms <= 0:
            raise TookTooLong
        began = time.monotonic()
        try:
            context["cursor"].cursor.execute(f"SET LOCAL statement_timeout = {left_ms}")
            return execute(sql, params, many, context)
        finally:
            budget.left_s -= time.monotonic() - began

    try:
        with transaction.atomic(), connection.execute_wrapper(limited):
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise
