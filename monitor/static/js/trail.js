/* Says on an administrator's open page that the audit trail was found broken, without waiting for the next load.
   Laws: what was last heard stays until the server says otherwise; asking is no activity of a person. */
import { get } from "./api.js";
import { one, put } from "./dom.js";

const EVERY_MS = 10_000;

async function look() {
  const reply = await get("audit/verification");
  if (reply.ok) put(one("#trail-broken"), "hidden", reply.body.state !== "broken");
}

setInterval(look, EVERY_MS);
document.addEventListener("sign-in-turned", look);
