// The list "Steering": what the viewer asked for, each to pause or remove; every edit can be undone.
import { deleteJson, postJson } from "./api.js";
import { toast } from "./toast.js";

const list = document.getElementById("steers");
const template = document.getElementById("steer-template");
const empty = document.getElementById("steering-empty");
const filtersLine = document.getElementById("filters");
const undoButton = document.getElementById("undo");
const HORIZONS = { now: "right now", session: "this visit", lasting: "" };
const DAY_MS = 86_400_000;

/** Say how long a steer lasts: "3 days left" when it ends, else its horizon in words. */
export function horizonWords(steer, nowMs = Date.now()) {
  if (!steer.expires_at) return HORIZONS[steer.horizon] ?? "";
  const leftMs = Date.parse(steer.expires_at) - nowMs;
  if (leftMs <= 0) return "ended";
  if (leftMs < DAY_MS) return HORIZONS[steer.horizon] || "today";
  const days = Math.round(leftMs / DAY_MS);
  return days === 1 ? "1 day" : `${days} days`;
}

/** Say the document's filters as a short line, "" when there are none. */
export function filterWords(filters = {}) {
  const words = [];
  if (filters.pace) words.push(filters.pace);
  if (filters.min_duration_s) words.push(`over ${filters.min_duration_s} s`);
  if (filters.max_duration_s) words.push(`under ${filters.max_duration_s} s`);
  if (filters.published_within_days) words.push(`from the last ${filters.published_within_days} days`);
  return words.join(" · ");
}

export class Steering {
  /** `onEdited({version, document, cause})` is called with the server's answer to every edit. */
  constructor({ onEdited }) {
    this.onEdited = onEdited;
    this.document = null;
    list.addEventListener("click", (event) => this.clicked(event));
    undoButton.addEventListener("click", () => this.undo());
  }

  render(document, { fresh = [] } = {}) {
    this.document = document;
    const steers = (document?.steers || []).toReversed(); // the newest first
    const news = new Set(fresh);
    const old = new Map([...list.children].map((item) => [item.dataset.steerId, item]));
    list.replaceChildren(...steers.map((steer) => this.item(steer, old.get(steer.id), news.has(steer.id))));
    if (news.size) list.scrollLeft = 0; // the row scrolls on a phone
    const words = filterWords(document?.filters);
    filtersLine.textContent = words && `Only ${words}`;
    filtersLine.hidden = !words;
    empty.hidden = steers.length > 0 || Boolean(words);
    undoButton.hidden = !(document?.version > 0);
  }

  item(steer, existing, isNew) {
    const item = existing || template.content.firstElementChild.cloneNode(true);
    item.dataset.steerId = steer.id;
    item.dataset.direction = steer.direction;
    item.toggleAttribute("data-paused", steer.paused);
    item.toggleAttribute("data-new", isNew);
    const fill = (selector, text) => (item.querySelector(selector).textContent = text);
    fill(".steer__direction", steer.direction === "less" ? "Less: " : "More: ");
    fill(".steer__phrase", steer.phrase);
    fill(".steer__horizon", steer.paused ? "paused" : horizonWords(steer));
    item.querySelector(".steer__remove").setAttribute("aria-label", `Remove ${steer.phrase}`);
    const pause = item.querySelector(".steer__pause");
    pause.setAttribute("aria-label", `Pause ${steer.phrase}`);
    pause.setAttribute("aria-pressed", String(steer.paused));
    if (steer.origin?.said) item.title = `You said: “${steer.origin.said}”`;
    return item;
  }

  clicked(event) {
    const item = event.target.closest(".steer");
    const steer = this.document?.steers.find(({ id }) => id === item?.dataset.steerId);
    if (!steer) return;
    if (event.target.closest(".steer__remove")) this.remove(steer, item);
    if (event.target.closest(".steer__pause")) this.pause(steer, item);
  }

  remove(steer, item) {
    const path = `/api/chat/steers/${encodeURIComponent(steer.id)}`;
    return this.edit(item, () => deleteJson(path), () =>
      toast(`Removed ${steer.phrase}.`, { action: { label: "Undo", run: () => this.undo() } }),
    );
  }

  pause(steer, item) {
    const path = `/api/chat/steers/${encodeURIComponent(steer.id)}/pause`;
    return this.edit(item, () => postJson(path, { paused: !steer.paused }));
  }

  undo() {
    return this.edit(undoButton, () => postJson("/api/chat/undo", {}), () => toast("Undone."), "undo");
  }

  /** Run one edit; its element is inert meanwhile and comes back with words when the server refuses. */
  async edit(element, call, then = () => {}, cause = "edit") {
    if (element.dataset.busy !== undefined) return;
    element.dataset.busy = "";
    try {
      const answer = await call();
      then();
      if (answer) this.onEdited({ ...answer, cause });
    } catch (error) {
      toast(error.detail || "That did not work.", { tone: "danger" });
    } finally {
      delete element.dataset.busy;
    }
  }
}
