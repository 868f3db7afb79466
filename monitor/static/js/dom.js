/* Builds elements and sets texts.
   Law: words reach the page as text nodes only (no markup from strings), and a text is written only when it changed. */

const SVG = "http://www.w3.org/2000/svg";

/** make("p.note.muted", {role: "status", hidden: true, "data-vital": "hr", onclick: fn}, "words", child, …) */
export function make(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  return dress(element, attributes, children);
}

/** The same for SVG elements. */
export function svg(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else put(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Write a text only when it differs; null is an empty text. */
export function say(element, text) {
  const words = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== words) element.textContent = words;
}

/** Set an attribute only when it differs; null, undefined and false remove it, true sets it empty. */
export function put(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const words = value === true ? "" : String(value);
  if (element.getAttribute(name) !== words) element.setAttribute(name, words);
}

/** Replace the children of an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

/** What a lock has put beside the page: in no document, so nobody sees it, and the scripts that draw it still find it. */
export const aside = document.createDocumentFragment();

export const one = (selector, root = document) => root.querySelector(selector) ?? (root === document ? aside.querySelector(selector) : null);
export const all = (selector, root = document) => [...root.querySelectorAll(selector), ...(root === document ? aside.querySelectorAll(selector) : [])];

/** The JSON of a <script type="application/json" id="…"> block; {} when the page has none. */
export function block(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : {};
}
