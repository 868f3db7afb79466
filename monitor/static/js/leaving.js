/* Going without a discharge: to a higher level of care, or against advice.
   Law: it cannot be taken back, so it is read back before it is sent; the sheet or form that goes along is one tap away. */
import { Ask } from "./ask.js";
import { one, put, say } from "./dom.js";
import { t } from "./words.js";

const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));

/** Hang up a button that ends the visit; done(): called once it is recorded. */
function attach(acts, name, confirm, done, before = () => {}) {
  const ask = Ask.named(name);
  one(`[data-act=${name}]`)?.addEventListener("click", () => {
    const seen = acts.version;
    before();
    ask.open({
      seen,
      keeps: `${location.pathname}:${name}`,
      confirm,
      submit: async (values, version) => {
        const reply = await acts.do(name, given(values), version);
        if (reply.ok) done();
        return reply;
      },
    });
  });
}

/** The button and dialog of a transfer. */
export function attachTransfer(acts, done) {
  attach(acts, "transfer", ({ service, how }) => t("confirm_transfer", { service, how: t(`how_${how}`) }), done);
}

/** The button and dialog of leaving against advice; open(): what is still open, in words. */
export function attachLeaving(acts, done, open) {
  const dialog = one("dialog[data-ask=leave_against_advice]");
  const capacity = one("[name=capacity]", dialog);
  const before = () => {
    say(one("[data-open-criteria]", dialog), open());
    put(one("#no-capacity"), "hidden", true);
  };
  attach(acts, "leave_against_advice", () => t("confirm_left"), done, before);
  capacity.addEventListener("change", () => put(one("#no-capacity"), "hidden", capacity.value !== "lacks_capacity"));
}
