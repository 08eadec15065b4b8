"""The labelled region: a year of Kapuas Hulu with the truth in hand. What makes it imports no service code."""
