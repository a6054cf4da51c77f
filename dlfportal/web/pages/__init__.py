"""What the templates of pages are given: each module gathers what one page shows."""
