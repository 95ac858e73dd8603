"""The REST API under /api/v1/: the doors for programs. It calls the same services as the pages."""
