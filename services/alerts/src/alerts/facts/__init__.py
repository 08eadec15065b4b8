"""The facts that rules may name: one flat typed table for each kind of thing that a rule is judged on.

What is not in a table cannot be named by a rule: citizenship, ethnicity, religion, sex, language and their proxies
(document issuer, phone country, raw permit code) are left out on purpose.
"""

from collections.abc import Mapping

from alerts.facts.account import ACCESS
from alerts.facts.approval import APPROVAL
from alerts.facts.border_pass import BORDER_PASS
from alerts.facts.check import CHECK
from alerts.facts.child import CHILD
from alerts.facts.document import DOCUMENT
from alerts.facts.guarantor import GUARANTOR
from alerts.facts.incident import INCIDENT
from alerts.facts.match import MATCH
from alerts.facts.matter import MATTER
from alerts.facts.party import ESTABLISHMENT, REQUEST
from alerts.facts.permit import PERMIT
from alerts.facts.review import REVIEW
from alerts.facts.source import SOURCE
from alerts.facts.stay import STAY
from alerts.facts.table import WIB, Fact, Item, Table, Value

__all__ = ["FACTS", "WIB", "Fact", "Item", "Value"]

FACTS: Mapping[str, Table] = {
    "stay": STAY,
    "permit": PERMIT,
    "approval": APPROVAL,
    "border_pass": BORDER_PASS,
    "check": CHECK,
    "child": CHILD,
    "document": DOCUMENT,
    "match": MATCH,
    "incident": INCIDENT,
    "establishment": ESTABLISHMENT,
    "request": REQUEST,
    "guarantor": GUARANTOR,
    "review": REVIEW,
    "access": ACCESS,
    "matter": MATTER,
    "source": SOURCE,
}
"""The table of each anchor, by name of fact."""
