/* A search is posted, so that no name stands in an address; the back button and a reload ask it again.
   Law: what was searched for stays in this tab and belongs to one person, like a draft; going to the list anew forgets it. */
import { block, make, one } from "./dom.js";
import { draftOf, forgetDraft, keepDraft } from "./draft.js";

const person = document.body.dataset.person ?? "";
const form = one("form[role=search][method=post]");
const name = `search:${new URL(form.action).pathname}`;
const asked = one("#asked") ? block("asked") : null;
const came = performance.getEntriesByType("navigation")[0]?.type;

function askAgain(values) {
  for (const [field, value] of Object.entries(values)) {
    const known = form.elements[field];
    if (!known) form.append(make("input", { type: "hidden", name: field, value }));
    else if (known.type === "checkbox") known.checked = true;
    else known.value = value;
  }
  form.submit();
}

if (asked) {
  keepDraft(person, name, asked);
  history.replaceState(null, "", location.pathname); // come back to, it is asked for anew and not sent a second time
} else if (["back_forward", "reload"].includes(came) && draftOf(person, name)) {
  askAgain(draftOf(person, name).values);
} else forgetDraft(person, name);
