"""A synthetic week in the sample region: what nine agencies would have sent."""
