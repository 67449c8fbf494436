// "Why this?": what brought a card, in the viewer's own words, the moment that matched, and what can be done about it.
const CAUSES = {
  steer: (reason) => `${reason.is_close ? "Close to" : "You asked for"} ${reason.phrase || "this"}`,
  explore: () => "Something different",
};

/** Format seconds as m:ss. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function show(element, selector, text) {
  const part = element.querySelector(selector);
  part.hidden = !text;
  if (text) (part.querySelector("span") || part).textContent = text;
  return part;
}

export function fillReason(element, card) {
  const reason = card.reason || {};
  element.dataset.source = reason.source || "";
  show(element, ".card__cause", CAUSES[reason.source]?.(reason));
  show(element, ".reason__text", reason.text || "Picked for you.");
  show(element, ".reason__said", reason.said && !reason.text?.includes(reason.said) ? `“${reason.said}”` : "");
  const hasMoment = Number.isFinite(reason.time_s);
  show(element, ".reason__moment", hasMoment ? `Best moment at ${clock(reason.time_s)}` : "");
  const tick = element.querySelector(".card__progress i");
  tick.hidden = !hasMoment || !(card.duration_s > 0);
  if (!tick.hidden) tick.style.left = `${Math.min(100, (100 * reason.time_s) / card.duration_s)}%`;
}

/** Offer what fits the cause: its wish, if it still steers, else less of what the clip is about. */
export function offerActions(entry, steer) {
  const { reason = {}, tags = [] } = entry.card;
  const panel = entry.element.querySelector(".reason");
  const about = steer?.direction === "more" ? steer.phrase : tags[0];
  show(panel, '[data-act="less"]', about ? `Less ${about}` : "");
  show(panel, '[data-act="pause_steer"]', steer && !steer.paused ? `Pause ${steer.phrase}` : "");
  show(panel, '[data-act="remove_steer"]', steer ? `Remove ${steer.phrase}` : "");
  if (reason.source === "similar" && reason.video_id) showNeighbour(panel.querySelector(".reason__near"), reason.video_id);
}

/** Show the clip that the viewer liked, with its picture; its name stands in the reason's text. */
function showNeighbour(link, videoId) {
  if (link.href) return;
  link.href = `/watch/${videoId}`;
  link.querySelector("span").textContent = "See that clip";
  const picture = link.querySelector("img");
  picture.addEventListener("error", () => (picture.hidden = true)); // withdrawn since, or behind a warning
  picture.src = `/watch/${videoId}/poster`;
  link.hidden = false;
}

/** Open or close the reason; focus goes to its close button and back, so that the keyboard is never lost. */
export function toggleReason(entry, open = entry.element.querySelector(".reason").hidden) {
  const panel = entry.element.querySelector(".reason");
  const button = entry.element.querySelector(".card__why");
  if (panel.hidden !== open) return;
  panel.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  (open ? panel.querySelector(".reason__close") : button).focus({ preventScroll: true });
}
