"""A second connection in the daemon takes nothing from the first one."""

import subprocess
import sys
from contextlib import closing

from scanner.spool.database import DATABASE, connect

_OTHER = (
    "import sys; from pathlib import Path; from scanner.spool.database import connect; "
    "connect(Path(sys.argv[1])).close()"
)


def test_another_process_does_not_delete_the_log_of_a_process_with_two_connections(tmp_path):
    with closing(connect(tmp_path)) as first:
        first.execute("create table thing (number integer)")
        with closing(connect(tmp_path)) as second:
            second.execute("select * from thing").fetchall()
            subprocess.run([sys.executable, "-c", _OTHER, str(tmp_path)], check=True)

            assert (tmp_path / f"{DATABASE}-wal").exists()
            with first:
                first.execute("insert into thing values (1)")
        subprocess.run([sys.executable, "-c", _OTHER, str(tmp_path)], check=True)
        with first:
            first.execute("insert into thing values (2)")
    with closing(connect(tmp_path)) as again:
        assert again.execute("select number from thing").fetchall() == [(1,), (2,)]
