"""Make and drop a model version's own HNSW indexes: partial ones over the shared table, on the width that the version has. Torch-free."""

from contextlib import suppress

from django.db import Error, connection

from vision.models import ModelVersion

COLUMNS = ("video_vec", "title_vec")
HNSW_M, HNSW_EF_CONSTRUCTION = 16, 64

GRAPH_BYTES_A_ROW = 2_500  # at 384 dimensions, measured below 1,700; a graph that does not fit is built far slower
MIN_BUILD_MB, MAX_BUILD_MB = 256, 4_096
BUILD_WORKERS = 1  # beside the one that builds: two cores
DEATH_CHECK = "1s"  # a killed command must not leave the server building for nobody


def index_name(version: ModelVersion, column: str) -> str:
    return f"vision_{column}_{version.pk}"


def indexes_create(version: ModelVersion) -> None:
    """Create the indexes of a version without rows, in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows of a surrounding transaction may wait for their checks
        for column in COLUMNS:
            cursor.execute(_create_sql(version, column))


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
            for column in COLUMNS:
                if index_name(version, column) not in _valid(version):
                    cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index_name(version, column)}")
                    cursor.execute(_create_sql(version, column, how="CONCURRENTLY"))
        finally:
            with suppress(Error):  # a lost connection takes its settings with it
                for name in settings:
                    cursor.execute(f"RESET {name}")


def indexes_are_whole(version: ModelVersion) -> bool:
    """Return whether the version can be searched by index."""
    return _valid(version) == {index_name(version, column) for column in COLUMNS}


def indexes_drop(*, version: ModelVersion) -> None:
    """Drop the indexes without making searches of other versions wait; outside of any transaction."""
    with connection.cursor() as cursor:
        for column in COLUMNS:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index_name(version, column)}")


def _create_sql(version: ModelVersion, column: str, how: str = "") -> str:
    return (
        f"CREATE INDEX {how} IF NOT EXISTS {index_name(version, column)} ON vision_videovector"
        f" USING hnsw (({column}::halfvec({version.dims})) halfvec_cosine_ops)"
        f" WITH (m = {HNSW_M}, ef_construction = {HNSW_EF_CONSTRUCTION}) WHERE model_version_id = {version.pk}"
    )


def _valid(version: ModelVersion) -> set[str]:
    names = [index_name(version, column) for column in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname = ANY(%s) AND i.indisvalid AND pg_table_is_visible(c.oid)",
            [names],
        )
        return {name for (name,) in cursor.fetchall()}
