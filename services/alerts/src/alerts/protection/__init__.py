"""The protection desk: a process, a database and rules of its own. Nobody else can tell that it holds anything."""
