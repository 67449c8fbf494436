// One pair on the page: two clips, loaded ahead and invisible until it is their turn.
const NARROW = 9 / 16;
const WIDE = 16 / 9;
const template = () => document.getElementById("pair-template").content;

/** Build the element of a pair as the server hands it out. */
export function pairOf(card) {
  const element = template().firstElementChild.cloneNode(true);
  element.dataset.assignmentId = card.assignment_id;
  const clips = [...element.querySelectorAll(".clip")];
  [card.left, card.right].forEach((facts, index) => fill(clips[index], facts));
  const pair = { card, element, isSwapped: false, shownMs: 0 };
  nameSides(pair);
  return pair;
}

function fill(clip, facts) {
  const video = clip.querySelector("video");
  clip.dataset.title = facts.title;
  const shape = facts.width_px && facts.height_px ? facts.width_px / facts.height_px : NARROW;
  clip.style.setProperty("--shape", Math.min(WIDE, Math.max(NARROW, shape)));
  if (facts.poster_url) video.poster = facts.poster_url;
  video.addEventListener("error", () => {
    if (video.getAttribute("src")) clip.querySelector(".clip__broken").hidden = false;
  });
  video.src = facts.media_url;
}

function nameSides({ element }) {
  const sides = ["Left", "Right"];
  element.querySelectorAll(".clip").forEach((clip, index) => {
    clip.querySelector("video").setAttribute("aria-label", `${sides[index]} video: ${clip.dataset.title}`);
  });
}

export const videosOf = (pair) => [...pair.element.querySelectorAll("video")];

/** Put the left clip on the right; both play on. */
export function swap(pair) {
  pair.element.append(pair.element.firstElementChild);
  pair.isSwapped = !pair.isSwapped;
  nameSides(pair);
}

/** Take a pair off the page and let go of what it loaded. */
export function drop(pair) {
  for (const video of videosOf(pair)) {
    video.removeAttribute("src");
    video.load();
  }
  pair.element.remove();
}
