"""The parts of the documents that are drawn from the code, one file a page."""
