// The release pages: dialogs that ask before something is done, and what is under way, live.
import { closable } from "../js/keyboard.js";

const POLL_MS = 1000;
const IDLE_POLL_MS = 5000;

for (const opener of document.querySelectorAll("[data-opens]")) {
  const dialog = closable(document.getElementById(opener.dataset.opens));
  opener.addEventListener("click", () => dialog.showModal());
}
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  });
}

const live = document.querySelector("[data-live]");
const markOf = (part) => part.querySelector("[data-mark]")?.dataset.mark;
const firstMark = markOf(live);
const isBusy = () => document.querySelector("dialog[open]") || document.activeElement?.matches("textarea");

/** Show how far things are; a page whose versions changed loads anew, unless somebody is about to decide. */
async function look() {
  try {
    const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) live.innerHTML = await answer.text();
  } catch {
    // the server restarts: the next look tells
  }
  const hasChanged = markOf(live) && markOf(live) !== firstMark;
  if (hasChanged && !isBusy()) return location.reload();
  return plan();
}

function plan() {
  setTimeout(look, live.querySelector("progress") ? POLL_MS : IDLE_POLL_MS);
}

plan();
