"""What differs between two states of a document, in its own terms: nodes, schedule, fields, lines of text."""
