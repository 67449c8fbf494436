"""Make and drop HNSW indexes: a partial one over what is seen a model version, one over titles a text space. Torch-free."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Graph:
    """A partial HNSW index over a halfvec column of `dims`: by cosine, over the rows `where` (a literal condition)."""

    table: str
    column: str
    dims: int
    where: str

    def create_sql(self, name: str, how: str = "") -> str:
        """Return the statement that makes it."""
        return (
            f"CREATE INDEX {how} IF NOT EXISTS {name} ON {self.table} USING hnsw (({self.column}::halfvec({self.dims})) halfvec_cosine_ops)"
            f" WITH (m = {HNSW_M}, ef_construction = {HNSW_EF_CONSTRUCTION}) WHERE {self.where}"
        )


Graphs = dict[str, Graph]  # by the index's name


def graphs_of(version: ModelVersion) -> Graphs:
    """Return the indexes that searches of a video encoder's version need."""
    seen = Graph("vision_videovector", "video_vec", version.dims, f"model_version_id = {version.pk}")
    said = Graph("vision_titlevector", "vec", version.dims, titles_of(version))
    return {video_index(version): seen, title_index(version): said}


def indexes_create(version: ModelVersion) -> None:
    """Create the indexes of a version without rows, in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows of a surrounding transaction may wait for their checks
        for name, graph in graphs_of(version).items():
            cursor.execute(graph.create_sql(name))


def indexes_build(graphs: Graphs) -> None:
    """Build what is not there and whole, while others read and write; outside of any transaction.

    A build that was killed leaves an index that is not valid: it is dropped and built anew.
    """
    with connection.cursor() as cursor:
        settings = {
            "max_parallel_maintenance_workers": str(BUILD_WORKERS),
            "client_connection_check_interval": DEATH_CHECK,
        }
        try:
            for name, value in settings.items():
                cursor.execute(f"SET {name} = '{value}'")
            for name in [name for name in graphs if name not in _valid(graphs)]:
                cursor.execute(f"SELECT count(*) FROM {graphs[name].table} WHERE {graphs[name].where}")
                build_mb = cursor.fetchone()[0] * GRAPH_BYTES_A_ROW * graphs[name].dims // 384 >> 20
                cursor.execute(f"SET maintenance_work_mem = '{min(MAX_BUILD_MB, max(MIN_BUILD_MB, build_mb))}MB'")
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                cursor.execute(graphs[name].create_sql(name, how="CONCURRENTLY"))
        finally:
            with suppress(Error):  # a lost connection takes its settings with it
                for name in [*settings, "maintenance_work_mem"]:
                    cursor.execute(f"RESET {name}")


def indexes_are_whole(graphs: Graphs) -> bool:
    """Return whether all of them can be searched."""
    return _valid(graphs) == graphs.keys()


def indexes_drop(names: Iterable[str]) -> None:
    """Drop indexes without making searches of others wait; outside of any transaction."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def titles_drop(*, version: ModelVersion) -> None:
    """Drop the rows and the index of the version's text space; the caller knows that no other version reads them."""
    TitleVector.objects.filter(text_space=text_space(version)).delete()
    indexes_drop([title_index(version)])


def titles_of(version: ModelVersion, alias: str = "") -> str:
    """Return the condition on title rows that the version reads; a literal, or the partial index does not match."""
    return f"{alias}text_space = {sql.quote(text_space(version))}"


def _valid(graphs: Graphs) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE c.relname = ANY(%s) AND i.indisvalid AND pg_table_is_visible(c.oid)",
            [list(graphs)],
        )
        return {name for (name,) in cursor.fetchall()}
