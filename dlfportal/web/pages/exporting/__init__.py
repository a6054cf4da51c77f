"""The pages of an export: choosing, what goes in and why, parts, and the receipt."""
