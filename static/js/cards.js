// One video as an article: built from the server's card and the page's template, and the small states it can be in.
import { fillReason } from "./reason.js";

// A clip wider than this (width / height) is shown whole over its blurred poster instead of being cropped.
const MAX_COVER_ASPECT = 0.72;
const template = document.getElementById("card-template");

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

/** Build the article of one card; `slateId` travels with it so that engagements can name their slate. */
export function buildCard(card, slateId) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.setAttribute("aria-label", card.title);
  element.dataset.videoId = card.video_id;
  fill(element, ".card__title", card.title);
  fill(element, ".card__creator", card.creator ? `by ${card.creator}` : "");
  fillTags(element.querySelector(".card__tags"), card.tags);
  if (!card.is_covered) fillMedia(element, card);
  fillReason(element, card);
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

export function beatHeart(entry) {
  const heart = entry.element.querySelector(".card__heart");
  delete heart.dataset.beat;
  void heart.getBoundingClientRect(); // restarts the animation
  heart.dataset.beat = "";
}
