"""Going from one organization to the next, and finding anything by its name."""
