"""Somebody at a browser: signs in, opens pages, and writes down whatever the browser complains of."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, expect

from tests.server import PASSWORD, Server

ASLEEP = "The AudioContext was not allowed to start"  # Chromium's word for what the page shows as SOUND OFF
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@dataclass
class Visitor:
    """One person's browser; `complaints` holds console errors, uncaught errors, policy violations and alert boxes."""

    server: Server
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("page", self._listen)

    def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        """Through the sign-in page; gives back the page it led to."""
        page = self.open("/sign-in")
        page.fill("#name", name)
        page.fill("#password", password)
        page.click("main button[type=submit]")
        expect(page).not_to_have_url(f"{self.server.origin}/sign-in")
        return page

    def open(self, path: str) -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.goto(f"{self.server.origin}{path}")
        return page

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("dialog", self._alerted)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and ASLEEP not in message.text:
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _alerted(self, dialog: Dialog) -> None:
        self.complaints.append(f"a script opened a box: {dialog.message}")
        dialog.dismiss()
