from django.db import connection


def test_the_embedded_database_has_pgvector(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")

        cursor.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector")

        assert cursor.fetchone() == (2.0,)
