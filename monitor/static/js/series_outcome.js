/* What a series did: the chart, a physician's decision, the journal.
   Laws: the page shows what the server answered (it is loaded again); a refused file names its lines and nothing is taken. */
import { get, post, refusal, requestId } from "./api.js";
import { ink } from "./chart_ink.js";
import { all, block, fill, make, one, put, say } from "./dom.js";
import { localParts, zonedIso } from "./words.js";

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
const section = one("#series-outcome");
const series = section.dataset.series;
const TEXTS = block("outcome-texts"); // of the part, whatever page it stands on
const DOSES = one("#dose-chart") && block("dose-figure");
const t = (key) => TEXTS[key] ?? key;
let drawn = null;
let corrected = null; // the entry of the journal that is being corrected

function tell(form, kind, words) {
  const said = one(".said", form);
  put(said, "data-kind", kind);
  say(said, words);
}

async function send(form, path, body) {
  const button = one("button[type=submit]", form);
  put(button, "disabled", true);
  tell(form, null, t("sending"));
  const reply = await post(path, body);
  put(button, "disabled", false);
  if (reply.ok) return location.reload();
  tell(form, "refused", reply.body.error === "journal_refused" ? reply.body.message : refusal(reply));
  if (reply.body.error === "journal_refused") fill(one("#journal-refused"), ...(reply.body.missing ?? []).map((line) => make("li", {}, line)));
}

/** Draw what came with the page and what was fetched, with the theme that stands now. */
function draw() {
  if (one("#dose-chart")) globalThis.Plotly?.react(one("#dose-chart"), ...Object.values(pick(ink(structuredClone(DOSES)))), CONFIG);
  if (drawn) globalThis.Plotly.react(one("#outcome-chart"), ...Object.values(pick(ink(structuredClone(drawn)))), CONFIG);
}

const pick = ({ data, layout }) => ({ data, layout });

async function load() {
  const said = one("#outcome-chart-said");
  const reply = await get(`series/${series}/outcome/figure`);
  if (!reply.ok || !globalThis.Plotly) return say(said, t("curve_missing"));
  const empty = reply.body.layout.meta.empty;
  put(one("#outcome-chart"), "hidden", empty);
  if (empty) return say(said, t("curve_empty"));
  drawn = reply.body;
  draw();
  put(said, "hidden", true);
}

function onReassess(form) {
  const request = requestId();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const decision = one("[name=decision]:checked", form)?.value;
    const words = one("[name=words]", form).value.trim();
    const password = one("[name=password]", form).value;
    if (!decision || !words || !password) return tell(form, "refused", t("decide"));
    send(form, `series/${series}/reassessments`, { request_id: request, rule_id: form.dataset.rule, seen: Number(form.dataset.seen), decision, words, password });
  });
}

const numberOf = (words) => (words === "" ? null : Number(words.replace(",", ".")));

function onEntry(form) {
  const request = requestId();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { day, time, pain, sleep_h, rescue_doses, note, reason, struck } = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    const numbers = [numberOf(pain), numberOf(sleep_h), numberOf(rescue_doses)];
    if (corrected && !reason) return tell(form, "refused", t("reason_needed"));
    if (!day || !time || pain === "" || numbers.some(Number.isNaN)) return tell(form, "refused", t("entry_whole"));
    const body = { request_id: request, at: zonedIso(day, time), pain: numbers[0], sleep_h: numbers[1], rescue_doses: numbers[2], note: note || null, ...correction(reason, struck) };
    send(form, `series/${series}/journal`, body);
  });
}

/** What makes an entry the correction of another. */
function correction(reason, struck) {
  return corrected ? { replaces_id: corrected.id, side_effects: corrected.side_effects || null, reason, struck: struck === "on" } : {};
}

/** The form holds the entry that is corrected, or none. */
function correct(form, entry) {
  corrected = entry;
  form.reset();
  put(one("#journal-correct"), "hidden", entry === null);
  if (entry === null) return;
  const { day, time } = localParts(entry.at);
  for (const [name, value] of Object.entries({ day, time, pain: entry.pain, sleep_h: entry.sleep_h, rescue_doses: entry.rescue_doses, note: entry.note })) one(`[name=${name}]`, form).value = value ?? "";
  one("[name=reason]", form).focus();
}

function onCorrect(form) {
  for (const button of all("[data-correct]", section)) button.addEventListener("click", () => correct(form, JSON.parse(button.dataset.correct)));
  one("#journal-leave").addEventListener("click", () => correct(form, null));
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}

function onFile(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = one("[name=file]", form).files[0];
    fill(one("#journal-refused"));
    if (!file) return tell(form, "refused", t("choose_file"));
    if (file.size > 40 * 1024) return tell(form, "refused", t("file_large"));
    send(form, `series/${series}/journal/files`, { file_name: file.name.slice(0, 200), content_base64: await base64(file) });
  });
}

for (const form of all("[data-reassess]", section)) if (one("button", form)) onReassess(form);
if (one("#journal-entry")) {
  onEntry(one("#journal-entry"));
  onCorrect(one("#journal-entry"));
}
if (one("#journal-file")) onFile(one("#journal-file"));
for (const button of all("[data-wakes]", section)) put(button, "disabled", false);
document.addEventListener("themechange", draw);
draw();
load();
