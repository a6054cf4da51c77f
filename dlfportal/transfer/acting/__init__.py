"""Acts on so many objects that a worker does them."""
