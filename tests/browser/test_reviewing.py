"""A physician finds what waits, reads why, signs beside the record, and it waits no more."""

from playwright.sync_api import expect

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.server import PASSWORD


def test_a_transferred_session_is_reviewed_from_the_list_and_waits_again_after_an_addendum(
    clinic: Clinic, visit: Visit
) -> None:
    session_id = clinic.book("2", "Review")
    clinic.nurse.act(session_id, "check_in")
    clinic.nurse.act(session_id, "transfer", reason="chest pain", service="emergency", how="stretcher")
    physician = visit("physician")
    page = physician.open("/reviews")
    row = page.locator(f"[data-testid=review-row][data-session='{session_id}']")
    expect(row).to_contain_text("Transferred to a higher level of care")
    waiting = int(page.get_by_test_id("reviews-waiting").inner_text())
    row.get_by_role("link", name="Open").click()
    review = page.get_by_test_id("log-review")
    expect(review.get_by_test_id("review-state")).to_contain_text("Not reviewed")
    review.get_by_test_id("sign-review").locator("summary").click()
    form = review.get_by_test_id("sign-review")
    form.get_by_label("What was found").fill("Handed over in time.")
    form.get_by_label("Your password").fill("not mine")
    form.get_by_role("button", name="Sign as reviewed").click()
    expect(form.get_by_role("alert")).to_contain_text("The password is wrong")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Sign as reviewed").click()
    expect(review.get_by_test_id("review-state")).to_contain_text("Reviewed")
    expect(review.get_by_test_id("review-given")).to_contain_text("Handed over in time.")
    later = {"text": "He is well again.", "name": "nurse", "password": PASSWORD}
    clinic.nurse.act(session_id, "addendum", **later)
    page.reload()
    expect(review.get_by_test_id("review-state")).to_contain_text("out of date")
    expect(review.get_by_test_id("addendum")).to_contain_text("He is well again.")
    page.goto(page.url.split("/sessions")[0] + "/reviews")
    expect(row).to_contain_text("An entry after the review")
    expect(page.get_by_test_id("reviews-waiting")).to_have_text(str(waiting))
