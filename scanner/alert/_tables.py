"""Makes the tables that alerts are kept in, and takes over those of earlier versions."""

import secrets
import sqlite3

from scanner.errors import StoreError

VERSION = "2"

# The columns of the table of alerts, in the order in which they are written and sealed.
COLUMNS = (
    "key", "path", "zone", "content", "labels", "first_seen", "last_seen", "count", "copies", "state", "severity",
    "assignee", "resolution", "origin", "entry", "changed", "coverage", "verdict", "seal",
)  # fmt: skip

# Open alerts before acknowledged ones before resolved ones, of these the gravest, and of these the one seen last.
GRAVEST_FIRST = (
    "case state when 'open' then 0 when 'acknowledged' then 1 else 2 end, severity desc, last_seen desc, key"
)

# Verdicts stand apart from what alerts are found by, which is a tenth of them.
# `content` is a keyed hash, `entry` the number of the last entry of the log about an alert and `changed` its time. A
# file stands in one alert at a time, and is kept in the list of those it once stood in.
_TABLES = (
    "create table if not exists alert_meta (name text primary key, value text not null) without rowid",
    """create table if not exists verdict (
        path blob not null,
        identity text not null,
        ruleset text not null,
        outcome text not null,
        substance text not null,
        time real not null,
        record text,
        primary key (path, identity, ruleset)
    ) without rowid""",
    """create table if not exists alert (
        key text primary key,
        path blob not null,
        zone text not null,
        content text not null,
        labels text not null,
        first_seen real not null,
        last_seen real not null,
        count integer not null,
        copies integer not null,
        state text not null,
        severity integer not null,
        assignee not null,
        resolution not null,
        origin not null,
        entry integer not null,
        changed real not null,
        coverage text,
        seal blob not null
    ) without rowid""",
    "create table if not exists alert_verdict (key text primary key, verdict text not null)",
    "create index if not exists alert_seen on alert (last_seen, key)",
    "create index if not exists alert_state on alert (state, last_seen, key)",
    f"create index if not exists alert_grave on alert ({GRAVEST_FIRST})",
    "create index if not exists alert_content on alert (content, zone) where content <> ''",
    "create index if not exists alert_coverage on alert (path) where coverage is not null",
    # Said by its length: SQLite compares a content that is asked for with '', and plans that query anew each time.
    "create index if not exists alert_unread on alert (key) where length(content) = 0",
    """create table if not exists alert_path (
        alert text not null,
        path blob not null,
        first_seen real not null,
        last_seen real not null,
        gone real,
        seal blob not null,
        primary key (alert, path)
    ) without rowid""",
    "create unique index if not exists alert_path_here on alert_path (path) where gone is null",
    "create index if not exists alert_path_gone on alert_path (path, gone) where gone is not null",
    "create index if not exists alert_path_left on alert_path (alert) where gone is null",
    """create table if not exists alert_original (
        content text not null,
        zone text not null,
        path blob not null,
        gone real,
        primary key (content, zone, path)
    ) without rowid""",
    "create index if not exists alert_original_here on alert_original (path) where gone is null",
    """create table if not exists alert_log (
        number integer primary key,
        time real not null,
        change text not null,
        alert text not null,
        who not null,
        note not null,
        data text not null,
        head text not null
    )""",
    "create index if not exists alert_log_alert on alert_log (alert, number)",
    "create table if not exists alert_cursor (sink text primary key, number integer not null) without rowid",
)
_NAMES = frozenset(statement.partition("if not exists ")[2].split()[0] for statement in _TABLES)
_KNOWN = frozenset({"1", VERSION})
_OLD = "alert_of_1"


def make_tables(connection: sqlite3.Connection) -> bool:
    """Make what is missing, in a transaction; tell whether alerts of an earlier version wait to be taken over.

    Those are read by `old_alerts`, and `drop_old` ends that.

    Raises:
        StoreError: it is that of a newer DocWarden.
        sqlite3.Error: the database cannot be used.
    """
    if not connection.in_transaction:
        connection.execute("begin immediate")
    version = _version(connection)
    if version is not None and version not in _KNOWN:
        message = f"the alert store has version {version}, this DocWarden reads {VERSION}; use the newer one"
        raise StoreError(message)
    if version == "1":
        connection.execute(f"alter table alert rename to {_OLD}")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("insert or replace into alert_meta values ('version', ?)", (VERSION,))
    connection.execute("insert or ignore into alert_meta values ('secret', ?)", (secrets.token_hex(32),))
    return version == "1"


def secret_of(connection: sqlite3.Connection) -> bytes:
    """Return the secret that keys of alerts and hashes of contents are made with."""
    return bytes.fromhex(meta(connection, "secret") or "")


def is_whole(connection: sqlite3.Connection) -> bool:
    """Tell whether there is nothing to make or to take over."""
    names = {name for (name,) in connection.execute("select name from sqlite_master")}
    return names >= _NAMES and _version(connection) == VERSION and meta(connection, "secret") is not None


def old_alerts(connection: sqlite3.Connection) -> list[tuple[str, float, float, int, str, str, str | None]]:
    """Return the alerts of version 1: key, times, count, state, verdict and coverage, as they were written."""
    columns = {row[1] for row in connection.execute(f"pragma table_info ({_OLD})")}
    coverage = "coverage" if "coverage" in columns else "null"
    query = f"select key, first_seen, last_seen, count, state, verdict, {coverage} from {_OLD} order by first_seen, key"  # noqa: S608 - names of ours
    return connection.execute(query).fetchall()


def drop_old(connection: sqlite3.Connection) -> None:
    """Delete the alerts of version 1, which were taken over."""
    connection.execute(f"drop table {_OLD}")


def meta(connection: sqlite3.Connection, name: str) -> str | None:
    """Return a value that is kept about the store, None where there is none."""
    row = connection.execute("select value from alert_meta where name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def put_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a value about the store."""
    connection.execute("insert or replace into alert_meta values (?, ?)", (name, value))


def _version(connection: sqlite3.Connection) -> str | None:
    known = connection.execute("select 1 from sqlite_master where name = 'alert_meta'").fetchone()
    return meta(connection, "version") if known else None
