"""What a page or call costs in a catalogue of 1,000 jobs, and in one of 100,000."""
