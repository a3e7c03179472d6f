"""Guards decide whether an output may replace its source."""

from styletune.guards.checks import GUARDS, STRUCTURAL, check
from styletune.guards.clean import clean
from styletune.guards.finding import Finding, Guard, GuardContext

__all__ = ["GUARDS", "STRUCTURAL", "Finding", "Guard", "GuardContext", "check", "clean"]
