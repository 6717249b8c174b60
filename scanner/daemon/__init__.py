"""The long loop of `watch`: settle, claim, scan, alert, mark done."""

from scanner.daemon.loop import Daemon
from scanner.daemon.plan import Plan, Records, Terms, Workers

__all__ = ["Daemon", "Plan", "Records", "Terms", "Workers"]
