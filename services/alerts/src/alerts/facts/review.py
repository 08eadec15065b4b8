"""The facts of a question of who is who: whether it waits for a human."""

from collections.abc import Iterator

from alerts.facts.around import Around
from alerts.facts.table import Item, fact, table
from contracts.messages import ReviewChanged, Subject

__all__ = ["REVIEW", "reviews"]

REVIEW = table(
    fact("review.open: bool", "It waits for a human.", "Menunggu putusan", "Waits for a human"),
    fact(
        "review.contradicts: bool",
        "One document with two birth dates or names.",
        "Satu dokumen, data berbeda",
        "One document, different data",
    ),
)


def reviews(told: ReviewChanged, around: Around) -> Iterator[Item]:
    """One item, about the first of the persons concerned; none where nobody is."""
    if told.people:
        yield Item(
            anchor="review",
            keys=(told.review,),
            subjects={"person": Subject(kind="person", id=told.people[0])},
            facts={
                "now": around.now,
                "review.open": told.open,
                "review.contradicts": told.kind == "contradiction",
            },
            evidence=(),
        )
