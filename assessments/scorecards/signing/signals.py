"""What features to the right hear of a sign-off before it is one."""

from django.dispatch import Signal

# Sent inside the transaction of a sign-off with the `scorecard`, the `actor`, the `digest` of the answers and what was
# given as a reason to `override`: whoever hears it refuses by a ValidationError.
before_sign_off = Signal()
