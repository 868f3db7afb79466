/* "Explain a message": pasted text is read as the receiver would read it, and nothing of it is recorded. */
import { post, refusal } from "./api.js";
import { report } from "./ask.js";
import { fill, one, put } from "./dom.js";
import { explained } from "./explanation.js";
import { t } from "./words.js";

export function attachExplainText() {
  const form = one("#explain-form");
  const [button, said, found] = [one("button", form), one(".said", form), one("#explained")];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = one("textarea", form).value;
    if (!text.trim()) return void report(said, t("explain_empty"));
    put(button, "disabled", true);
    report(said, t("sending"), "");
    const reply = await post("intake/explain", { text });
    put(button, "disabled", false);
    report(said, reply.ok ? "" : refusal(reply));
    fill(found, ...(reply.ok ? explained(reply.body) : []));
  });
}
