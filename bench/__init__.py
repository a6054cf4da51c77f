"""`make bench`: the exports beside their floors, in one run, through gunicorn with two workers."""
