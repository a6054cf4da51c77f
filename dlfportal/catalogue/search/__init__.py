"""Search in texts by an index: every place where a text stands is found, as by reading all of them.

A text is cut into its grams, all runs of one, two and three characters, which the index keeps by row. What
holds a text has its grams; whether it holds the text itself is checked, so the index need not be exact: it
may name too much, never too little. `grams` knows no Django; `sqlite` and `postgresql` keep the index,
`writing` and `finding` are what the catalogue calls.
"""
