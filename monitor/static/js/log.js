/* The page of a session's log: its curves, the filter of its events, printing.
   Law: tables and numbers are the server's and stand without any script; the curve may fail alone. */
import { all, one, put, say } from "./dom.js";
import { LogCurves } from "./log_curves.js";
import { t } from "./words.js";

const rows = all("#log-rows tr");
const form = one("#log-filter");
let kind = "";

/** Show the events of the chosen kind whose words hold everything that was typed. */
function filter() {
  const words = form.elements.words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLocaleLowerCase();
    const fits = (kind === "" || row.dataset.kind === kind) && words.every((word) => text.includes(word));
    put(row, "hidden", !fits);
    shown += fits ? 1 : 0;
  }
  put(one("#log-none"), "hidden", shown > 0);
  say(one("#log-shown"), t("shown", { n: shown, of: rows.length }));
}

if (form) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.words.addEventListener("input", filter);
  for (const button of all("[data-kind]", form)) {
    button.addEventListener("click", () => {
      kind = button.dataset.kind;
      for (const other of all("[data-kind]", form)) put(other, "aria-pressed", String(other === button));
      filter();
    });
  }
  filter();
}

const curves = new LogCurves(one("#log"), one("#log-chart"), one("#log-stretch"));
curves.load();
for (const button of all("[data-zoom]")) button.addEventListener("click", () => curves.zoom(button.dataset.zoom));
for (const button of all("[data-go]")) {
  button.addEventListener("click", () => {
    curves.lookAt(button.dataset.go);
    one("#log-chart").scrollIntoView({ block: "center" });
  });
}
one("#print").addEventListener("click", () => globalThis.print());
