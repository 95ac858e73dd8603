"""Organizations from a list: read, looked at line by line, then added all or none."""
