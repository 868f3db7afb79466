"""A passkey from the first sign-in on, with a real browser's own (virtual) authenticator, under the strict policy."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.server import HOUSE

pytestmark = pytest.mark.browser
OWN_PASSWORD = "eleven calm harbour lanterns"


def hired(clinic: Clinic, name: str) -> str:
    """Somebody new; their one-time password."""
    done = subprocess.run(
        [sys.executable, "run.py", "user", "add", name, "--role", "nurse"],
        cwd=HOUSE, env=clinic.server.environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout.strip()


def test_a_passkey_is_added_and_then_asked_for_after_the_password(clinic: Clinic, visit: Visit) -> None:
    visitor, home = visit(None), f"http://localhost:{clinic.server.http_port}"
    page = visitor.context.new_page()
    browser = visitor.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": key})

    def sign_in(password: str) -> None:
        page.goto(f"{home}/sign-in")
        page.fill("#name", "keyholder")
        page.fill("#password", password)
        page.get_by_role("button", name="Sign in").click()

    given = hired(clinic, "keyholder")
    sign_in(given)
    page.fill("#current", given)
    page.fill("#new", OWN_PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    expect(page).to_have_url(f"{home}/")

    page.goto(f"{home}/second-step")
    page.get_by_role("button", name="Add a passkey").click()
    page.fill("#label", "badge key")
    page.get_by_role("button", name="Ask for the passkey").click()
    expect(page.get_by_test_id("recovery-codes").locator("li")).to_have_count(10)

    visitor.context.clear_cookies()
    sign_in(OWN_PASSWORD)
    expect(page).to_have_url(f"{home}/sign-in/second-step")
    page.get_by_role("button", name="Use the passkey or security key").click()
    expect(page).to_have_url(f"{home}/")
    page.goto(f"{home}/second-step")
    expect(page.get_by_test_id("passkey-row")).to_contain_text("last used")
    assert visitor.complaints == []
