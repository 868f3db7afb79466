/* Takes what a page shows out of it while it is locked, and puts it back as it was, half-written forms and all.
   Laws: everything of the main part leaves but what a template marks data-stays (numbers, alarms, curves), and outside of it
   what is marked data-leaves; a number or an alarm never moves for it: where something stands around, an empty place stays. */
import { all, aside, make, one } from "./dom.js";

const places = new Map();

/** The largest parts of an element that hold nothing that stays. */
function leaving(root) {
  return [...root.children].flatMap((child) => {
    if (child.matches("[data-stays]")) return [];
    return one("[data-stays]", child) ? leaving(child) : [child];
  });
}

function placeOf(part) {
  const place = make(`${part.localName}.lock-place`, { hidden: part.matches("dialog, [hidden]") });
  place.classList.add(...part.classList);
  if (place.hidden) return place;
  const { height } = part.getBoundingClientRect();
  place.style.setProperty("min-height", `${height}px`);
  return place;
}

/** Names, words and acts leave the page. */
export function takeAway() {
  const main = one("#main");
  const alone = one("[data-stays]", main) === null; // nothing stands around that could move
  const parts = [...leaving(main), ...all("[data-leaves]")].filter((part) => part.isConnected);
  for (const part of parts) {
    const place = alone && main.contains(part) ? document.createTextNode("") : placeOf(part);
    places.set(part, place);
    part.replaceWith(place);
    aside.append(part);
  }
}

/** And come back. */
export function giveBack() {
  for (const [part, place] of places) place.replaceWith(part);
  places.clear();
}
