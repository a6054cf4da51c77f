"""Pictures of graphs as SVG: cards, lines and words, drawn by the server."""
