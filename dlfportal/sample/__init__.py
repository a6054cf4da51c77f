"""The sample catalogue: documents and script sources of a retail data team, which `loadsample` loads."""
