"""Who did what: the append-only record, and the actor every change is made by."""
