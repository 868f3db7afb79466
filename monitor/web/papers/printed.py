"""From the record to a PDF, paper by paper. Law: what is read is read off the hub, what is drawn in its own process."""

from monitor.web.papers.blank_forms import blank_forms
from monitor.web.papers.gathered import gather
from monitor.web.papers.letter import LetterTold, letter_paper
from monitor.web.papers.session_paper import session_paper
from monitor.web.papers.speech import Language, Speech
from monitor.web.services import Services


def session_pdf(given: Services, session_id: int, language: Language) -> bytes:
    """The record of a session; the same record gives the same bytes. Raises NotFound, NotPrinted, TooBusy."""
    told = gather(given, session_id)
    paper = given.runtime.offload(session_paper, told, Speech(language, given.config.timezone))
    return given.press.pdf(paper)


def forms_pdf(given: Services, language: Language) -> bytes:
    """Blank forms by the policy in use. Raises NotPrinted, TooBusy."""
    policy = given.read(given.policies, given.policy.sha256)
    paper = given.runtime.offload(blank_forms, policy, Speech(language, given.config.timezone), given.now())
    return given.press.pdf(paper)


def letter_pdf(given: Services, told: LetterTold, language: Language) -> bytes:
    """The letter about a series. Raises NotPrinted, TooBusy."""
    paper = given.runtime.offload(letter_paper, told, Speech(language, given.config.timezone))
    return given.press.pdf(paper)
