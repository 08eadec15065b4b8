"""The rule files that are installed with the service."""

from pathlib import Path

from alerts.rules import Rule
from alerts.ruleset import Ruleset
from chassis.settings import read_models

__all__ = ["load"]


def load(folder: Path = Path(__file__).parent / "rules") -> Ruleset:
    """The rules of a folder. Raises ValueError (RuleError) naming the faulty one."""
    return Ruleset(read_models(folder, Rule))
