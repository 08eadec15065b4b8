"""What an agency installs: typed events, a queue on disk, ways to Tapal."""
