"""What is kept of requests that a program may send again."""

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a POST with an `Idempotency-Key`, for a day: the same request gets it again, and does nothing.

    `key_sha256` is of the key, `request_sha256` of all that was sent with it.
    """

    token = models.ForeignKey("assessments.AccessToken", on_delete=models.CASCADE, related_name="kept_answers")
    key_sha256 = models.CharField(max_length=64)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0 until there is an answer
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key_sha256"], name="kept_answer_once_per_key")]

    def __str__(self) -> str:
        return self.key_sha256[:12]
