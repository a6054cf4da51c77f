"""Plans of imports that people look at: made, changed, applied exactly as they were seen, or given up."""
