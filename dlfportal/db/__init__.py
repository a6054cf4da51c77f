"""What the ORM lacks: bulk rows, append-only tables, a lookup of many values, one view for several reads."""
