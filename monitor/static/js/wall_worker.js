/* The service worker of a display on the wall: where the server cannot be reached, the display shows a page of the clinic's
   instead of the browser's own, also after it was switched off and on.
   Laws: it keeps that one page and nothing of any patient; what the server answers goes through untouched. */
const KEPT = "wall-offline";
const PAGE = "/wall/offline";
const SCRIPTS = ["theme", "dom", "words", "phrases", "burst", "sounder", "wall_offline"].map((name) => `/static/js/${name}.js`);
const SHEETS = ["tokens", "base", "wall"].map((name) => `/static/css/${name}.css`);
const PARTS = [PAGE, ...SCRIPTS, ...SHEETS, "/static/fonts/InterVariable.woff2", "/static/icon.svg"];
const GATEWAY = 502; // and above: a proxy answers for a server that does not

const keep = async () => (await caches.open(KEPT)).addAll(PARTS);
const kept = async (path) => (await caches.match(path)) ?? Response.error();

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (PARTS.includes(pathname)) event.respondWith(part(event.request, pathname));
});

async function page(event) {
  try {
    const reply = await fetch(event.request);
    if (reply.status < GATEWAY) {
      event.waitUntil(keep().catch(() => {})); // the page of an older version is still a page
      return reply;
    }
  } catch {
    // not reached: said by the page below
  }
  return kept(PAGE);
}

async function part(request, pathname) {
  try {
    return await fetch(request);
  } catch {
    return kept(pathname);
  }
}
