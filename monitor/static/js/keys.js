/* The keyboard map: single keys that reach what the page shows, and the list of them behind "?".
   Laws: a key opens a dialog or moves the focus, and never sends anything by itself; no key counts while somebody types,
   in an open dialog, or with Ctrl, Alt or Meta; who does not want single keys switches them off, remembered in this browser. */
import { all, fill, make, one, put } from "./dom.js";

const OFF = "single-keys-off";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** Wire every [data-key] of the page (data-key-focus: only focused, or what the selector finds) and the map of them. */
export function attachKeys() {
  const map = one("#keys");
  const wanted = one("#keys-on", map);
  wanted.checked = localStorage.getItem(OFF) === null;
  wanted.addEventListener("change", () => (wanted.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  one("#open-keys").addEventListener("click", () => open(map));
  one("[data-close]", map).addEventListener("click", () => map.close());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.closest?.(TYPING) || one("dialog[open]")) return;
    if (event.key === "?") return void (event.preventDefault(), open(map));
    if (wanted.checked && reach(event.key)) event.preventDefault();
  });
}

const shown = (element) => element.getClientRects().length > 0;

/** What a key reaches now: the first of its targets that is shown and can be pressed. */
function reach(key) {
  const target = all("[data-key]").find((known) => known.dataset.key === key && shown(known) && !known.disabled);
  if (!target) return false;
  const only = target.dataset.keyFocus;
  if (only === undefined) {
    target.focus();
    target.click();
    return true;
  }
  const inside = "button:not(:disabled), a[href]";
  const place = only ? all(only).find(shown) : target.matches("button") ? target : all(inside, target).find(shown);
  (place ?? target).focus();
  return true;
}

const named = (target) => target.dataset.keyWords ?? target.getAttribute("aria-label") ?? target.textContent.trim();

function open(map) {
  const known = new Map(all("[data-key]").map((target) => [`${target.dataset.key} ${named(target)}`, target]));
  fill(one("dl", map), ...[...known.values()].flatMap((target) => [make("dt", {}, make("kbd", {}, target.dataset.key)), make("dd", {}, named(target))]));
  put(map, "data-open", true);
  map.showModal();
}
