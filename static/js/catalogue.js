// How far the catalogue's indexing has come, told at the top of the feed until it is done.
import { getJson } from "./api.js";

const EVERY_MS = 3000;
const MAX_EVERY_MS = 30_000;

const banner = document.getElementById("catalogue");
const words = banner.querySelector(".notice__text");
const bar = banner.querySelector(".meter > span");

function show({ total, ready, failed = 0 }) {
  const done = ready + failed;
  const busy = total > 0 && done < total;
  banner.hidden = !busy;
  if (!busy) return false;
  words.textContent = `Preparing clips: ${ready} of ${total}`;
  bar.style.transform = `scaleX(${done / total})`;
  return true;
}

/** Watch the indexing; `onMore()` runs whenever more clips are ready than at the last look. */
export async function watchCatalogue({ onMore = () => {} } = {}) {
  let known = null;
  let everyMs = EVERY_MS;
  for (;;) {
    try {
      const progress = await getJson("/api/videos/progress");
      const busy = show(progress);
      if (known !== null && progress.ready > known) onMore();
      known = progress.ready;
      if (!busy && progress.total > 0) return;
      everyMs = EVERY_MS;
    } catch {
      everyMs = Math.min(everyMs * 2, MAX_EVERY_MS);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
