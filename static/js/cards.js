// One video as an article: built from the server's card and the page's template, and the small states it can be in.
// A clip wider than this (width / height) is shown whole over its blurred poster instead of being cropped.
const MAX_COVER_ASPECT = 0.72;
const template = document.getElementById("card-template");

const CAUSES = {
  steer: (reason) => (reason.phrase ? `You asked for ${reason.phrase}` : "You asked for this"),
  explore: () => "Something different",
};

function fill(element, selector, text) {
  element.querySelector(selector).textContent = text;
}

function fillTags(list, tags) {
  list.replaceChildren(
    ...(tags || []).map((tag) => {
      const item = document.createElement("li");
      item.textContent = tag;
      return item;
    }),
  );
}

/** Name poster and backdrop, which begins to fetch them: for a covered card only once it is uncovered. */
function fillMedia(element, card) {
  const video = element.querySelector("video");
  video.poster = card.poster_url || "";
  video.setAttribute("aria-label", `Video: ${card.title}`);
  if (card.width_px / card.height_px <= MAX_COVER_ASPECT) return;
  element.dataset.fit = "contain";
  const backdrop = element.querySelector(".card__backdrop");
  backdrop.hidden = false;
  backdrop.loading = "lazy";
  backdrop.src = card.poster_url || "";
}

function fillReason(element, reason) {
  const cause = CAUSES[reason.source]?.(reason);
  if (cause) {
    element.querySelector(".card__cause").hidden = false;
    fill(element, ".card__cause span", cause);
  }
  element.dataset.source = reason.source || "";
  fill(element, ".reason__text", reason.text || "Picked for you.");
  if (reason.said && !reason.text?.includes(reason.said)) {
    element.querySelector(".reason__said").hidden = false;
    fill(element, ".reason__said", `“${reason.said}”`);
  }
  if (Number.isFinite(reason.time_s)) {
    element.querySelector(".reason__moment").hidden = false;
    fill(element, ".reason__moment span", `Best moment at ${clock(reason.time_s)}`);
  }
}

/** Format seconds as m:ss. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Build the article of one card; `slateId` travels with it so that engagements can name their slate. */
export function buildCard(card, slateId) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.setAttribute("aria-label", card.title);
  element.dataset.videoId = card.video_id;
  fill(element, ".card__title", card.title);
  fill(element, ".card__creator", card.creator ? `by ${card.creator}` : "");
  fillTags(element.querySelector(".card__tags"), card.tags);
  if (!card.is_covered) fillMedia(element, card);
  fillReason(element, card.reason || {});
  const entry = { card, slateId, element, video: element.querySelector("video"), seen: false, dismissed: false };
  entry.covered = Boolean(card.is_covered);
  element.querySelector(".card__cover").hidden = !entry.covered;
  setLiked(entry, Boolean(card.liked));
  return entry;
}

/** Take the warning away: the viewer wants to see it. Focus goes on to the card, since the button is gone. */
export function uncover(entry) {
  entry.covered = false;
  entry.element.querySelector(".card__cover").hidden = true;
  fillMedia(entry.element, entry.card);
  entry.element.focus({ preventScroll: true });
}

export function setLiked(entry, liked) {
  entry.liked = liked;
  entry.element.querySelector('[data-act="like"]').setAttribute("aria-pressed", String(liked));
}

export function setDismissed(entry, dismissed) {
  entry.dismissed = dismissed;
  entry.element.toggleAttribute("data-dismissed", dismissed);
  entry.element.querySelector(".card__dismissed").hidden = !dismissed;
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

export function beatHeart(entry) {
  const heart = entry.element.querySelector(".card__heart");
  delete heart.dataset.beat;
  void heart.getBoundingClientRect(); // restarts the animation
  heart.dataset.beat = "";
}
