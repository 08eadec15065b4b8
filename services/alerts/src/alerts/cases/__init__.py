"""Cases: alerts that belong together, who works on them, what is done, and what came of it."""
