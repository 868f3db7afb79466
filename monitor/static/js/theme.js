/* Sets <html data-theme> before the first paint, from what this browser last chose, else from what its system asks for.
   Law: a classic script in the head (a module would flash the other theme); what is remembered holds no patient or person. */
(() => {
  "use strict";
  const KEY = "theme";
  const THEMES = ["dark", "light", "contrast"];
  const root = document.documentElement;

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage refused by the browser: the default theme is a complete answer
    }
  }

  /** Dark, unless this person asked their system for more contrast and chose nothing here. */
  const usual = () => (globalThis.matchMedia?.("(prefers-contrast: more)").matches ? "contrast" : "dark");

  function choose(theme) {
    root.dataset.theme = THEMES.includes(theme) ? theme : usual();
    for (const button of document.querySelectorAll("[data-choose-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.chooseTheme === root.dataset.theme));
    }
  }

  choose(remembered());
  document.addEventListener("DOMContentLoaded", () => choose(root.dataset.theme));
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-choose-theme]") : null;
    if (!button) return;
    choose(button.dataset.chooseTheme);
    try {
      localStorage.setItem(KEY, root.dataset.theme);
    } catch {
      // the choice holds until the page is left
    }
    document.dispatchEvent(new CustomEvent("themechange"));
  });
})();
