/* Signing a review or a co-signature beside the record.
   Law: what is signed is what this page showed; the same press twice is one signature; a refusal keeps what was typed. */
import { post, refusal, requestId } from "./api.js";
import { report } from "./ask.js";
import { all, one, put } from "./dom.js";
import { t } from "./words.js";

const session = location.pathname.match(/\/sessions\/(\d+)/)[1];

function onSign(form) {
  const request = requestId();
  const said = one(".said", form);
  const button = one("button[type=submit]", form);
  put(button, "disabled", false);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const password = form.elements.password.value;
    if (!password) return form.elements.password.focus();
    put(button, "disabled", true);
    report(said, t("acknowledging"), "");
    const words = form.elements.words.value.trim() || null;
    const reply = await post(`sessions/${session}/${form.dataset.signPath}`, { request_id: request, seen: form.dataset.seen, words, password });
    form.elements.password.value = "";
    if (reply.ok) return location.reload();
    put(button, "disabled", false);
    return report(said, refusal(reply), "refused");
  });
}

for (const form of all("#log-review [data-sign-path]")) onSign(form);
