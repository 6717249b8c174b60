"""The durable journal of paths waiting to be scanned, and the index of what was."""
