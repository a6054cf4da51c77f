"""What differs between two sides: workspaces, as they are or were, and packages."""
