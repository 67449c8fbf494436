"""Make and drop HNSW indexes: a partial one over what is seen a model version, one over titles a text space. Torch-free."""

import hashlib
from contextlib import suppress

from django.db import Error, connection
from psycopg import sql

from vision.models import ModelVersion, TitleVector
from vision.selectors import text_space

HNSW_M, HNSW_EF_CONSTRUCTION = 16, 64

GRAPH_BYTES_A_ROW = 2_500  # at 384 dimensions, measured below 1,700; a graph that does not fit is built far slower
MIN_BUILD_MB, MAX_BUILD_MB = 256, 4_096
BUILD_WORKERS = 1  # beside the one that builds: two cores
DEATH_CHECK = "1s"  # a killed command must not leave the server building for nobody


def video_index(version: ModelVersion) -> str:
    """Return the name of the index over what is seen, one a version."""
    return f"vision_video_vec_{version.pk}"


def title_index(version: ModelVersion) -> str:
    """Return the name of the index over titles, shared by the versions of one text space."""
    return f"vision_title_{hashlib.sha1(text_space(version).encode()).hexdigest()[:12]}"


def indexes_create(version: ModelVersion) -> None:
    """Create the indexes of a version without rows, in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows of a surrounding transaction may wait for their checks
        for statement in _statements(version).values():
            cursor.execute(statement.format(how=""))


def indexes_build(*, version: ModelVersion) -> None:
    """Build over the version's rows what is not there and whole, while others read and write; outside of any transaction.

    A build that was killed leaves an index that is not valid: it is dropped and built anew.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vision_videovector WHERE model_version_id = %s", [version.pk])
        build_mb = cursor.fetchone()[0] * GRAPH_BYTES_A_ROW * version.dims // 384 >> 20
        settings = {
            "maintenance_work_mem": f"{min(MAX_BUILD_MB, max(MIN_BUILD_MB, build_mb))}MB",
            "max_parallel_maintenance_workers": str(BUILD_WORKERS),
            "client_connection_check_interval": DEATH_CHECK,
        }
        for name, value in settings.items():
            cursor.execute(f"SET {name} = '{value}'")
        try:
            for name, statement in _statements(version).items():
                if name not in _valid(version):
                    cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                    cursor.execute(statement.format(how="CONCURRENTLY"))
        finally:
            with suppress(Error):  # a lost connection takes its settings with it
                for name in settings:
                    cursor.execute(f"RESET {name}")


def indexes_are_whole(version: ModelVersion) -> bool:
    """Return whether the version can be searched by index."""
    return _valid(version) == set(_statements(version))


def indexes_drop(*, version: ModelVersion) -> None:
    """Drop the version's index without making searches of other versions wait; outside of any transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {video_index(version)}")


def titles_drop(*, version: ModelVersion) -> None:
    """Drop the rows and the index of the version's text space; the caller knows that no other version reads them."""
    TitleVector.objects.filter(text_space=text_space(version)).delete()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {title_index(version)}")


def _statements(version: ModelVersion) -> dict[str, str]:
    """Return the statement that makes each index, by the index's name; `{how}` is left open."""
    graph = f"WITH (m = {HNSW_M}, ef_construction = {HNSW_EF_CONSTRUCTION})"
    parts = {
        video_index(version): ("vision_videovector", "video_vec", f"model_version_id = {version.pk}"),
        title_index(version): ("vision_titlevector", "vec", titles_of(version)),
    }
    return {
        name: f"CREATE INDEX {{how}} IF NOT EXISTS {name} ON {table}"
        f" USING hnsw (({column}::halfvec({version.dims})) halfvec_cosine_ops) {graph} WHERE {where}"
        for name, (table, column, where) in parts.items()
    }


def titles_of(version: ModelVersion, alias: str = "") -> str:
    """Return the condition on title rows that the version reads; a literal, or the partial index does not match."""
    return f"{alias}text_space = {sql.quote(text_space(version))}"


def _valid(version: ModelVersion) -> set[str]:
    names = list(_statements(version))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname = ANY(%s) AND i.indisvalid AND pg_table_is_visible(c.oid)",
            [names],
        )
        return {name for (name,) in cursor.fetchall()}
