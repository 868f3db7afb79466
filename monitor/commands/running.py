"""What a command asks of a running server. Law: one program writes at a time, so the server writes for the command."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any, TypeVar

from monitor.commands.server_file import ServerFile
from monitor.errors import MonitorError, NotFound
from monitor.store.texts import name_key

Json = dict[str, object]
Shape = TypeVar("Shape", dict[str, Any], list[dict[str, Any]])  # what JSON text holds, read by its keys

PATIENCE_S = 30.0
_EVERY_IPV4 = "0.0.0.0"  # noqa: S104 # nosec B104 # not listened on here
ASKED_AT = {_EVERY_IPV4: "127.0.0.1", "::": "::1", "": "127.0.0.1"}


class RunningServer:
    """The API of the server that holds the data folder, asked as the command line."""

    def __init__(self, server: ServerFile) -> None:
        self._server = server

    def add_person(self, name: str, printed_name: str, role: str) -> str:
        """The one-time password of a new person; raises MonitorError with the server's sentence."""
        asked: Json = {"name": name, "printed_name": printed_name, "role": role}
        return str(self._asked("POST", "/people", asked, dict)["one_time_password"])

    def disable(self, name: str) -> None:
        """End a person's sign-ins and refuse new ones; raises MonitorError with the server's sentence."""
        self._asked("POST", f"/people/{self._id_of(name)}/disable", None, dict)

    def enable(self, name: str) -> str:
        """The one-time password of somebody who may come again; raises MonitorError with the server's sentence."""
        return str(self._asked("POST", f"/people/{self._id_of(name)}/enable", None, dict)["one_time_password"])

    def change_role(self, name: str, role: str) -> None:
        """Give a person another role; raises MonitorError with the server's sentence."""
        self._asked("POST", f"/people/{self._id_of(name)}/role", {"role": role}, dict)

    def reset_password(self, name: str) -> str:
        """A new one-time password of a person; raises MonitorError with the server's sentence."""
        return str(self._asked("POST", f"/people/{self._id_of(name)}/reset", None, dict)["one_time_password"])

    def reset_second_step(self, name: str) -> None:
        """End a person's second step, which they set up anew; raises MonitorError with the server's sentence."""
        self._asked("POST", f"/people/{self._id_of(name)}/reset-second-step", None, dict)

    def seal(self) -> tuple[str, str]:
        """Name and password of another sealed account; raises MonitorError with the server's sentence."""
        answer = self._asked("POST", "/sealed-account", {}, dict)
        return str(answer["name"]), str(answer["password"])

    def add_token(self, name: str, role: str) -> str:
        """A new bearer token for a program; raises MonitorError with the server's sentence."""
        return str(self._asked("POST", "/tokens", {"name": name, "role": role}, dict)["token"])

    def _id_of(self, name: str) -> int:
        for person in self._asked("GET", "/people", None, list):
            if name_key(str(person["name"])) == name_key(name):
                return int(person["id"])
        raise NotFound(f"There is no person named {name}.")

    def _asked(self, method: str, path: str, body: Json | None, shape: type[Shape]) -> Shape:
        try:
            status, answer = self._ask(method, path, None if body is None else json.dumps(body))
        except (OSError, HTTPException, ValueError) as error:
            raise MonitorError(
                f"The running server (process {self._server.pid}) gave no answer: {error}. Look whether it was done."
            ) from error
        if status >= 300:
            said = answer.get("message") if isinstance(answer, dict) else None
            raise MonitorError(str(said or f"The running server refused, with status {status}."))
        if not isinstance(answer, shape):
            raise MonitorError("The running server is of another version than this command.")
        return answer

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, object]:
        server = self._server
        address = ASKED_AT.get(server.http_host, server.http_host)
        connection = HTTPConnection(address, server.http_port, timeout=PATIENCE_S)
        headers = {
            "Host": server.host,
            "Authorization": f"Bearer {server.token}",
            "Content-Type": "application/json",
        }
        try:
            connection.request(method, f"/api/v1{path}", body, headers)
            reply = connection.getresponse()
            text = reply.read()
        finally:
            connection.close()
        return reply.status, json.loads(text) if reply.headers.get_content_type() == "application/json" else None
