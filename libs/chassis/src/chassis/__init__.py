"""How a Tapal process runs: settings, bus, batches, database, seal, http, log, metrics. No business word."""
