/* Says on every page that break-glass is open, or waits for a review.
   Laws: what was last heard stays until the server says otherwise; asking is no activity of a person; what stands below is
   told the height (`--glass`), so that the banner covers no chair. */
import { get } from "./api.js";
import { fill, make, one } from "./dom.js";
import { t, timeWords } from "./words.js";

const EVERY_MS = 5_000;
const banner = one("#break-glass");

function line(opening) {
  const key = opening.open ? "glass_open" : "glass_waits";
  const time = timeWords(opening.open ? opening.until_at : opening.at);
  const said = [t(key, { time, by: opening.by }), opening.reason].filter(Boolean).join(" · ");
  const review = opening.may_review ? [" ", make("a", { href: "/break-glass/review" }, t("glass_review"))] : [];
  return make("p", {}, said, ...review);
}

let shown = "";

async function look() {
  const reply = await get("break-glass");
  if (!reply.ok) return;
  const said = JSON.stringify(reply.body);
  if (said === shown) return;
  shown = said;
  fill(banner, ...reply.body.map(line));
  banner.hidden = reply.body.length === 0;
}

if (banner) {
  look();
  setInterval(look, EVERY_MS);
  new ResizeObserver(() => document.body.style.setProperty("--glass", `${banner.offsetHeight}px`)).observe(banner);
  document.addEventListener("sign-in-lock", look);
}
