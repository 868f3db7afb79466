/* What somebody has typed into a long form, kept in this tab until it is sent: a refusal, an expired sign-in or the back
   button lose nothing.
   Laws: a draft belongs to one person and one form, nobody else is shown it; a password is never kept; signing out, and
   anybody else's page in this tab, forgets every draft that is not theirs. */
const PREFIX = "draft:";
const key = (person, form) => `${PREFIX}${person}:${form}`;

function each(visit) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) visit(name);
}

/** The draft of a form as {at, values}; null when there is none or it is spoilt. */
export function draftOf(person, form) {
  try {
    return JSON.parse(sessionStorage.getItem(key(person, form)) ?? "null");
  } catch {
    return null;
  }
}

/** Keep it; a full or forbidden storage keeps nothing, and the form works as before. */
export function keepDraft(person, form, values) {
  try {
    sessionStorage.setItem(key(person, form), JSON.stringify({ at: new Date().toISOString(), values }));
  } catch {
    forgetDraft(person, form);
  }
}

export const forgetDraft = (person, form) => sessionStorage.removeItem(key(person, form));

const person = document.body.dataset.person ?? "";
if (person) each((name) => name.startsWith(key(person, "")) || sessionStorage.removeItem(name));
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.endsWith("/sign-out")) each((name) => sessionStorage.removeItem(name));
});
