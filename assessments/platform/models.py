"""When a process that nobody sees was last alive."""

from django.db import models


class Heartbeat(models.Model):
    """When a process that nobody sees was last alive: the worker, the clock."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
