"""Putting many objects back to what they were before something changed them."""
