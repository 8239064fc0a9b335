"""The page and the API over a directive database: `create_app` gives the FastAPI application."""

from extractor.web.app import create_app

__all__ = ["create_app"]
