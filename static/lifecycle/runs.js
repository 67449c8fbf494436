// The training runs' pages, live: ask for the moving parts again, and put in place what has changed.
const POLL_MS = 1000;
const IDLE_POLL_MS = 5000;

const live = document.querySelector("[data-live]");
const shown = new Map(); // part: its markup as the server last wrote it

/** Replace a part's contents; tables that were opened stay open, and a log that was read at its end stays there. */
function replace(part, fresh) {
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  const log = part.querySelector(".run-log");
  const isAtEnd = !log || log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  const top = log?.scrollTop ?? 0;
  part.toggleAttribute("data-active", fresh.hasAttribute("data-active"));
  part.replaceChildren(...fresh.childNodes);
  part.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  const newLog = part.querySelector(".run-log");
  if (newLog) newLog.scrollTop = isAtEnd ? newLog.scrollHeight : top;
}

/** Keep the bar and move it, so that it glides. */
function moveBar(part, fresh) {
  const [bar, now] = [part.querySelector("progress"), fresh.querySelector("progress")];
  if (!bar || !now || bar.position < 0 || now.position < 0) return;
  bar.value = now.value;
  now.replaceWith(bar);
}

/** Leave alone what has not changed, and what somebody is about to press. */
function put(part, fresh) {
  const { part: name } = fresh.dataset;
  const markup = fresh.outerHTML.replace(/name="csrfmiddlewaretoken" value="\w+"/g, "");
  if (shown.get(name) === markup || part.querySelector(":is(a, button, summary):focus-visible")) return;
  shown.set(name, markup);
  if (name === "head") moveBar(part, fresh);
  replace(part, fresh);
}

async function look() {
  try {
    const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of live.querySelectorAll("[data-part]")) {
        const its = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
        if (its) put(part, its);
      }
    }
  } catch {
    // the server restarts: the next look tells
  }
  plan();
}

function plan() {
  if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
  return setTimeout(look, live.querySelector("[data-active]") ? POLL_MS : IDLE_POLL_MS);
}

const log = document.querySelector(".run-log");
if (log) log.scrollTop = log.scrollHeight;
plan();
