// The search page: asks for the full results while a worker reads the phrase, moves by arrows, and forgets searches.
import { deleteJson } from "./api.js";
import "./search-clicks.js";
import { toast } from "./toast.js";

const WAITS_MS = [150, 200, 300, 400, 600, 900, 1300, 2000, 3000, 4000, 6000, 8000];
const found = document.getElementById("found");
const form = document.getElementById("search-form");
const recent = document.getElementById("recent");

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Return the full results as HTML, null where no worker has read the phrase yet; throws where the server cannot be reached. */
async function fetchFull() {
  const response = await fetch(`/search/results${location.search}`, { headers: { Accept: "text/html" } });
  if (response.redirected) location.reload(); // signed out
  if (!response.ok) throw new Error(String(response.status));
  return response.status === 204 ? null : response.text();
}

/** Exchange the results; who had focused one keeps it, if it is still there. */
function exchange(html) {
  const focused = document.activeElement?.closest("a[data-video]")?.dataset.video;
  const parsed = new DOMParser().parseFromString(html, "text/html"); // the server's own template, every text escaped
  found.replaceChildren(...parsed.body.childNodes);
  found.removeAttribute("data-waits");
  if (focused) found.querySelector(`a[data-video="${focused}"]`)?.focus({ preventScroll: true });
}

function giveUp(words) {
  const text = found.querySelector(".waits__text");
  if (!text) return;
  text.textContent = words;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Try again" });
  button.addEventListener("click", () => location.reload());
  text.parentElement.replaceWith(text, button);
}

async function waitForFull() {
  let failed = false;
  for (const waitMs of WAITS_MS) {
    await pause(waitMs);
    try {
      const html = await fetchFull();
      if (html !== null) return exchange(html);
      failed = false;
    } catch {
      failed = true;
    }
  }
  return giveUp(failed ? "No connection to Tiller. What you see has your words." : "Looking for the meaning takes long just now. What you see has your words.");
}

/** Return the result that lies `step` away from `link` in its row, or in the row above or below. */
function neighbour(link, key) {
  const links = [...found.querySelectorAll("a[data-video]")];
  const at = links.indexOf(link);
  if (key === "ArrowRight") return links[at + 1];
  if (key === "ArrowLeft") return links[at - 1];
  const box = link.getBoundingClientRect();
  const isBeyond = (other) => (key === "ArrowDown" ? other.top > box.top + 1 : other.top < box.top - 1);
  const beyond = links.map((other) => [other, other.getBoundingClientRect()]).filter(([, other]) => isBeyond(other));
  const distance = ([, other]) => Math.abs(other.top - box.top) * 10 + Math.abs(other.left - box.left);
  return beyond.sort((one, other) => distance(one) - distance(other))[0]?.[0];
}

function byKeys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isTyping = event.target.closest("input, select, textarea");
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    form.elements.q.select();
    return;
  }
  const fromBox = event.target === form.elements.q && event.key === "ArrowDown";
  const link = event.target.closest("a[data-video]");
  const next = fromBox ? found?.querySelector("a[data-video]") : link && event.key.startsWith("Arrow") && neighbour(link, event.key);
  if (!next && !(link && event.key === "ArrowUp")) return;
  event.preventDefault();
  (next || form.elements.q).focus();
}

async function forget(event) {
  const button = event.target.closest("[data-forget]");
  if (!button) return;
  button.disabled = true;
  try {
    await deleteJson(`/api/feed/searches?query=${encodeURIComponent(button.dataset.forget)}`);
    const next = button.parentElement.nextElementSibling?.querySelector("button") || form.elements.q;
    button.parentElement.remove();
    recent.hidden = !recent.children.length;
    next.focus();
  } catch (error) {
    button.disabled = false;
    toast(error.detail || "That did not work.", { tone: "danger" });
  }
}

document.addEventListener("keydown", byKeys);
form.addEventListener("change", (event) => event.target.matches("select") && form.requestSubmit());
recent?.addEventListener("click", forget);
if (found?.hasAttribute("data-waits")) waitForFull();
