"""The whole site as a copy: moved to another database, kept as a backup, put back from one."""
