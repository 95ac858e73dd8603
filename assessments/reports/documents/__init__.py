"""The text of a report as a document to edit."""
