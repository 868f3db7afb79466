/* The order of a series: its sums while it is typed, and its signature.
   Laws: what stands beside the fields is shown, the server computes and decides; who did not see the order that stands is
   told; nothing typed is lost by a refusal. */
import { Ask, report } from "./ask.js";
import { post, refusal, requestId } from "./api.js";
import { all, block, one, put, say } from "./dom.js";
import { keepForm } from "./kept_form.js";
import { nameAmount, typedNumbers } from "./order_form.js";
import { FORMS, guidelineWords, orderSums, orderWords } from "./order_sums.js";
import { decimals } from "./phrases.js";
import { dayTimeWords, t } from "./words.js";

const page = one("#series-order");
const form = one("#order-form");
const { series, standing, weight } = page.dataset;
let draft = null;
const { guideline, rails } = block("guideline-facts");

for (const time of all("time[data-at]", page)) say(time, dayTimeWords(time.dataset.at));

const written = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
const formOf = (values) => Object.keys(FORMS).find((name) => values[name] > 0);

function draw() {
  const typed = typedNumbers(form);
  const sums = orderSums(typed, Number(weight) || null);
  const perKg = orderSums({ ...typed, concentration_mg_per_ml: 1 }, 1);
  const write = (name, words) => say(one(`[data-sum="${name}"]`), words === null ? "–" : decimals(words));
  write("mg", sums && `${sums.mg.toFixed(1)} mg`);
  write("ml", sums && `${sums.ml.toFixed(1)} mL`);
  write("rate", sums && `${sums.ml_per_h.toFixed(1)} mL/h`);
  write("hourly", perKg && `${perKg.mg_per_kg_h.toFixed(2)} mg/kg/h`);
  write("per_kg", perKg && `${perKg.mg.toFixed(2)} mg/kg`);
  say(one("#guideline"), guidelineWords(sums, guideline));
  const beyond = perKg && (perKg.mg_per_kg_h > rails.rate_mg_per_kg_h || perKg.mg > rails.total_mg_per_kg || perKg.bolus_mg > rails.bolus_mg_per_kg);
  put(one("#beyond"), "hidden", !beyond);
  say(one("#beyond"), beyond ? t("beyond") : "");
}

function wrongField() {
  const wrong = all("input[inputmode=decimal]", form).find((field) => (field.required || field.value.trim()) && !(typedNumbers(form)[field.name] > 0));
  for (const field of all("input", form)) put(field, "aria-invalid", field === wrong ? "true" : null);
  return wrong;
}

function sign() {
  const wrong = wrongField();
  report(one("#order-said"), wrong ? t("not_a_number") : "");
  if (wrong) return void wrong.focus();
  const values = written(typedNumbers(form));
  const name = formOf(values);
  const ask = Ask.named("sign-order");
  const request_id = requestId();
  say(one("[data-words]", ask.element), decimals(t("sign_words", { order: orderWords({ form: name, amount: values[name], over_min: values.over_min }), concentration: values.concentration_mg_per_ml })));
  ask.open({
    submit: async (asked) => {
      const reply = await post(`series/${series}/orders`, { ...values, ...asked, request_id, seen: Number(standing) || null });
      if (!reply.ok) return { ...reply, words: reply.status === 0 ? t("after_unknown") : refusal({ ...reply, body: { ...reply.body, missing: [] } }) };
      draft.forget();
      report(one("#order-said"), t("signed"), "done");
      location.reload();
      return reply;
    },
  });
}

function begin() {
  const select = one("[data-order-form]", form);
  select.addEventListener("input", () => nameAmount(form));
  form.addEventListener("input", draw);
  draft = keepForm(form, `series-order-${series}`, () => nameAmount(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sign();
  });
  draw();
}

if (form) begin();
