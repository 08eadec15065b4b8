"""Notification: who is told of alerts beside the agency's own queue and the live stream, when, and by which way."""
