"""The rooms of the house, in the order in which a letter walks through them (see `extractor.pipeline`)."""
