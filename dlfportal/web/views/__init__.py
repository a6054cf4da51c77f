"""The views of the pages: each checks who asks, gathers what its page shows, and renders it."""
