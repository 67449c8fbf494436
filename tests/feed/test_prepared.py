"""Statements that are planned once a connection."""

from typing import Any

import pytest
from django.db import connection

from feed.prepared import Prepared

pytestmark = pytest.mark.django_db
SUM = Prepared("tests_sum", "SELECT %(one)s + %(other)s * 10, %(words)s", words="text[]", other="int", one="int")


def planned() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name = 'tests_sum'")
        return cursor.fetchall()


def test_a_statement_is_planned_once_a_connection_and_takes_its_arguments_by_name(
    django_assert_num_queries: Any,
) -> None:
    assert SUM.rows(one=1, other=2, words=["it's", "%s"]) == [(21, ["it's", "%s"])]

    with django_assert_num_queries(1):
        assert SUM.rows(other=3, words=[], one=4) == [(34, [])]

    assert planned() == [("tests_sum",)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_plans_anew() -> None:
    SUM.rows(one=1, other=2, words=[])
    connection.close()

    assert planned() == []
    assert SUM.rows(one=1, other=2, words=[]) == [(21, [])]
    assert planned() == [("tests_sum",)]
