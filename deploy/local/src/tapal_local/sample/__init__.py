"""A synthetic week in the sample region: what six agencies would have sent."""
