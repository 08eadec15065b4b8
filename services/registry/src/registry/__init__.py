"""Who is here: event log, identities, dossiers, stays, parties."""
