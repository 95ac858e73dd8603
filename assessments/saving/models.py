"""What proves something: a link, or a file."""

from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone


def evidence_path(evidence: "Proof", filename: str) -> str:
    """A name nobody chose: the uploaded name is kept in the row and never reaches the disk."""
    return f"evidence/{evidence.organization_id}/{uuid4().hex}"


class Proof(models.Model):
    """A link, or a file that is only ever handed out as a download. What it proves is the subclass's to say."""

    title = models.CharField(max_length=200)
    url = models.URLField(max_length=2000, blank=True)
    file = models.FileField(upload_to=evidence_path, max_length=200, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    created_at = models.DateTimeField(default=timezone.now, editable=False)  # a copy keeps the day of what it copies
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(url="", file__gt="") | models.Q(url__gt="", file=""),
                name="%(class)s_link_or_file",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def organization_id(self) -> int:
        """Whose it is: the folder its file lies in."""
        raise NotImplementedError


def delete_file(sender: type[Proof], instance: Proof, **kwargs: object) -> None:
    """A file goes with the last row that refers to it, of whatever kind; also when rows go with what they belong to.

    The rows are gone by then: a storage that fails for one file, which is logged, must not keep the others.
    """
    if instance.file:
        transaction.on_commit(lambda: _delete_if_unused(instance.file), robust=True)


def _delete_if_unused(file: models.fields.files.FieldFile) -> None:
    kinds = [model for model in apps.get_models() if issubclass(model, Proof)]
    if not any(model._default_manager.filter(file=file.name).exists() for model in kinds):
        file.storage.delete(file.name or "")
