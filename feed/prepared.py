"""Run a statement of the request path that the database has planned before: at 100,000 videos planning took more than running it.

Planned once a connection (PREPARE), so a pooler before the database must keep a connection a session. Placeholders are named, %(name)s.
"""

from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # names by connection of the driver


class Prepared:
    """A statement with the types of its arguments, under a name that is its own in the whole project."""

    def __init__(self, name: str, statement: str, **types: str) -> None:
        self._name = name
        self._arguments = tuple(types)
        places = {argument: f"${number}" for number, argument in enumerate(types, start=1)}
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {statement % places}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * len(types))})"

    def rows(self, **arguments: Any) -> list[tuple[Any, ...]]:
        """Return the statement's rows; plans it where this connection has not yet."""
        with connection.cursor() as cursor:
            planned = _planned.setdefault(connection.connection, set())
            if self._name not in planned:
                cursor.execute(self._prepare)
                planned.add(self._name)
            cursor.execute(self._execute, [arguments[name] for name in self._arguments])
            return cursor.fetchall()
