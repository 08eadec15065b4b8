"""A rule's figures: what people decided, with its denominator."""

from alerts.figures import Tally, figures


def test_a_rule_that_was_never_decided_has_no_rate():
    (line,) = figures([Tally("R02a", "open"), Tally("R02a", "held"), Tally("R02a", "withdrawn")], {"R02a"})
    assert (line["raised"], line["decided"], line["withdrawn"], line["false_positive_rate"]) == (3, 0, 1, None)


def test_what_withdrew_by_itself_is_counted_apart_from_what_people_dismissed():
    told = [
        *[Tally("R02a", "confirmed", "fact_stands")] * 3,
        *[Tally("R02a", "dismissed", "late_report")] * 2,
        Tally("R02a", "dismissed"),
        *[Tally("R02a", "withdrawn")] * 4,
        Tally("Q3", "dismissed"),
    ]
    first, second = figures(told, {"R02a", "R03"})
    assert first == {
        "rule": "R02a",
        "raised": 10,
        "decided": 6,
        "confirmed": 3,
        "dismissed": 3,
        "dismissed_for": {"late_report": 2, "unstated": 1},
        "withdrawn": 4,
        "false_positive_rate": 0.5,
    }
    assert (second["rule"], second["raised"]) == ("R03", 0)
