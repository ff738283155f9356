"""One cache of compiled SQL for all connections to SQLite files.

SQLAlchemy keeps compiled statements for each engine, and a case file is opened anew for each command and for each
request of the console. Compiling took more than half of the time of a decision. Dialects of the same driver compile
alike, so they are equal here and share the cache (SQLAlchemy, "SQL Compilation Caching").
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

CACHED_SQLITE = "sqlite+cached"
"""Driver of the URLs of engines that share the cache."""
MAX_STATEMENTS = 500
COMPILED: "LRUCache[Any, Any]" = LRUCache(MAX_STATEMENTS)
"""Value of the execution option ``compiled_cache``; safe to share between threads."""


class CachedSqlite(SQLiteDialect_pysqlite):
    """SQLite by a driver of the standard library's interface; all instances with one driver are equal."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CachedSqlite) and other.dbapi is self.dbapi

    def __hash__(self) -> int:
        return hash((CachedSqlite, id(self.dbapi)))


registry.register("sqlite.cached", __name__, "CachedSqlite")
