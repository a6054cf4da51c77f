"""The pages that compare two sides: workspaces, earlier moments, packages."""
