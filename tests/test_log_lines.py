"""A line of the log is one line, whatever somebody put into it."""

import json
import logging
import sys

import pytest

from config import from_environment
from monitor.errors import ConfigurationRefused
from monitor.log_lines import JsonLines


def test_an_event_is_one_json_line_with_its_time_and_trace() -> None:
    try:
        raise ValueError("no\nnews")
    except ValueError:
        record = logging.LogRecord("monitor.x", logging.ERROR, "", 1, "failed: %s", ("two\nlines",), sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["logger"], said["message"]) == ("ERROR", "monitor.x", "failed: two\nlines")
    assert said["at"].endswith("+00:00")
    assert "ValueError: no\nnews" in said["trace"]


def test_another_form_is_refused_at_the_start() -> None:
    assert from_environment({"MONITOR_LOG": "json"}).log == "json"
    with pytest.raises(ConfigurationRefused, match="MONITOR_LOG"):
        from_environment({"MONITOR_LOG": "xml"})
