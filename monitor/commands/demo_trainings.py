"""What the demonstration's people were trained in.

Law: recorded once, for longer than anybody keeps a demonstration, but for one that ends soon, so that the warning is
seen; a demonstration that was begun earlier is not changed by it.
"""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.app.application import Application
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.security.trainings import NewTraining, needed_by, record_training
from monitor.store.queries.people import people
from monitor.store.trainings import trainings_of

HELD_FOR, HELD_STILL = timedelta(days=200), timedelta(days=3000)
ENDS_SOON, LEFT = (Role.CHARGE_NURSE, "acls"), timedelta(days=21)


def train(application: Application) -> None:
    """Enter them, unless somebody has trainings already."""
    if application.services.read(trainings_of):
        return
    application.desk.transact(partial(_train, application=application))


def _train(connection: Connection, application: Application) -> None:
    policy, at = application.services.policy.staff, application.clock.now()
    for person in people(connection):
        for course in needed_by(policy, person.role):
            last = at + (LEFT if (person.role, course) == ENDS_SOON else HELD_STILL)
            new = NewTraining(person.id, course, (at - HELD_FOR).date(), last.date())
            record_training(connection, By("demo"), at, policy, new)
