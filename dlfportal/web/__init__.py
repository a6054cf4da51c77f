"""The pages people browse: lists, details and exports."""
