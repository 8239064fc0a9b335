"""The page and the API of the directive database."""
