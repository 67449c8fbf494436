// Tell the server which result was opened, and how long it was until the viewer was back on a page of results.
import { postJson } from "./api.js";

const URL = "/api/feed/search-clicks";
const OPENED = "tiller-opened-result";

function send(click) {
  postJson(URL, click, { keepalive: true }).catch(() => {}); // a lost click is a lost click: nothing waits for it
}

function remember(click) {
  try {
    sessionStorage.setItem(OPENED, JSON.stringify(click));
  } catch {
    // no storage: the stay stays unknown
  }
}

function recall() {
  try {
    const click = JSON.parse(sessionStorage.getItem(OPENED));
    sessionStorage.removeItem(OPENED);
    return click;
  } catch {
    return null;
  }
}

function onOpen(event) {
  const link = event.target.closest("a[data-video]");
  const session = link?.closest("[data-session]")?.dataset.session;
  if (!session || event.button > 1) return;
  const click = { session_id: session, video_id: Number(link.dataset.video), at: new Date().toISOString() };
  const staysHere = event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey; // opens beside this page
  if (!staysHere) remember(click);
  send(click);
}

// On the part of the page that stays while its results are exchanged.
const found = document.getElementById("found");
found?.addEventListener("click", onOpen);
found?.addEventListener("auxclick", onOpen);

// A first load of the next search and a page out of the back-forward cache alike.
addEventListener("pageshow", () => {
  const click = recall();
  if (click) send({ ...click, dwell_s: Math.min(86_400, Math.max(0, (Date.now() - Date.parse(click.at)) / 1000)) });
});
