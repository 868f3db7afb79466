"""From the [review] table to what asks a physician to look at a session that is over."""

from monitor.clinical.policy.reader import Part
from monitor.clinical.review import ReviewPolicy


def read_review(part: Part) -> ReviewPolicy:
    """The [review] table."""
    review = ReviewPolicy(
        high_alarm_unanswered_s=part.quantity("high_alarm_unanswered", "s", "min", between=(10, 3600)),
        own_override=part.flag("own_override"),
    )
    part.close()
    return review
