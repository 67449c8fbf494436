// What the viewer did, sent in batches; every event has its own UUID, so sending one twice counts once.
import { postJson } from "./api.js";
import { randomUuid } from "./uuid.js";

const URL = "/api/feed/engagements";
const FLUSH_MS = 2000;
const BATCH = 50;
const MAX_WAITING = 500;
const URGENT = new Set(["like", "unlike", "not_interested", "undo_not_interested"]);

const waiting = [];
let timer = null;
let sending = false;
let failures = 0;

/** Queue one engagement of `entry`; likes and dismissals leave at once, the rest within two seconds. */
export function engage(entry, kind, value = null) {
  waiting.push({
    client_uuid: randomUuid(),
    video_id: entry.card.video_id,
    slate_id: entry.slateId,
    position: entry.card.position,
    kind,
    value,
    at: new Date().toISOString(),
  });
  if (waiting.length > MAX_WAITING) waiting.splice(0, waiting.length - MAX_WAITING);
  return URGENT.has(kind) ? flush() : schedule(FLUSH_MS);
}

function schedule(delayMs) {
  timer ??= setTimeout(flush, delayMs);
}

/** Send what waits. `keepalive` lets the last batch outlive the page. */
export async function flush({ keepalive = false } = {}) {
  clearTimeout(timer);
  timer = null;
  if (sending && !keepalive) return schedule(FLUSH_MS);
  const events = waiting.splice(0, BATCH);
  if (!events.length) return undefined;
  sending = true;
  try {
    await postJson(URL, { events }, { keepalive });
    failures = 0;
  } catch (error) {
    failures += 1;
    const mayPass = error.status === 0 || error.status === 429 || error.status >= 500;
    if (mayPass) waiting.unshift(...events);
  } finally {
    sending = false;
  }
  if (waiting.length) schedule(FLUSH_MS * 2 ** Math.min(failures, 4));
  return undefined;
}

addEventListener("pagehide", () => flush({ keepalive: true }));
document.addEventListener("visibilitychange", () => document.hidden && flush({ keepalive: true }));
