"""What people do with many objects at once: look at it first, then do it as one act."""
