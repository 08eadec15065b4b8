"""What the team reports: read models folded from announcements."""
