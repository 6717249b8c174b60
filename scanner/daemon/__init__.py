"""The long loop of `watch`: settle, claim, scan, alert, mark done."""

from scanner.daemon.loop import Daemon
from scanner.daemon.plan import Plan, Workers

__all__ = ["Daemon", "Plan", "Workers"]
