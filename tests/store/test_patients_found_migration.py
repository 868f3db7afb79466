"""A record from before the listing is found by the same words afterwards."""

from alembic import command
from sqlalchemy import text

from monitor.store import migrate
from monitor.store.engine import open_engine
from monitor.store.queries.patients import patients

WHO = "(patient_id, hospital_id, family_name, given_name, birth_date, at) VALUES"


def test_patients_entered_before_are_listed_and_found(tmp_path):
    engines = open_engine(f"sqlite:///{tmp_path / 'record.db'}", tmp_path)
    with engines.write.begin() as connection:
        settings = migrate._settings()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0026")
        for key in (1, 2, 3):
            connection.execute(text(f"INSERT INTO patients (id, created_at) VALUES ({key}, 0)"))
        connection.execute(text(f"INSERT INTO patient_revisions {WHO} (1, 'D-1', 'Wrong', 'José', NULL, 0)"))
        connection.execute(text(f"INSERT INTO patient_revisions {WHO} (1, 'D-1', 'Muñoz', 'José', '1961-05-04', 0)"))
        connection.execute(text(f"INSERT INTO patient_revisions {WHO} (2, 'D-2', 'Munos', 'Pepe', NULL, 0)"))
        connection.execute(text(f"INSERT INTO patient_revisions {WHO} (3, 'D-3', 'Ähren', 'Eva', NULL, 0)"))
        columns = "(merged, survivor, at, source, control_id)"
        connection.execute(text(f"INSERT INTO patient_merges {columns} VALUES ('D-2', 'D-1', 0, 'ADT', '1')"))
    migrate.upgrade_engine(engines.write)
    with engines.read.connect() as connection:
        found = {
            query: [one.id for one in patients(connection, query)] for query in ("", "munoz", "d-2", "pepe", "wrong")
        }
        assert found == {"": [3, 1], "munoz": [1], "d-2": [1], "pepe": [1], "wrong": []}
        assert [one.id for one in patients(connection, "1961-05-04")] == [1]
    engines.dispose()
