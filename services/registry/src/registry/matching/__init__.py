"""Whether two claims are about one person: a small Fellegi-Sunter model over what each claim says. Pure.

Citizenship and sex are used for matching and for nothing else: they raise or lower the score of a pair that names and
dates have already brought together, decide nothing alone, and are never a reason to look at somebody.
"""

from registry.matching.contradictions import contradicts
from registry.matching.profile import Profile, normal_number
from registry.matching.scoring import Part, Score, same_document, score
from registry.matching.table import MatchingTable, matching_table
from registry.matching.tokens import Tokens, tokens

__all__ = [
    "MatchingTable",
    "Part",
    "Profile",
    "Score",
    "Tokens",
    "contradicts",
    "matching_table",
    "normal_number",
    "same_document",
    "score",
    "tokens",
]
