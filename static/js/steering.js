// The list "Steering": a ledger of what the viewer asked for, each to edit, pause or remove; every change can be undone.
import { deleteJson, getJson, patchJson, postJson } from "./api.js";
import { FiltersDialog, WishDialog } from "./steering-dialogs.js";
import { toast } from "./toast.js";
import { agoWords, filterParts, hardWords, horizonWords, matchWords, strengthWords } from "./wish-words.js";

const FILTERS = "/api/chat/filters";
const STEP = 0.3;
const MIN_STRENGTH = 0.05;
const AGES_MS = 60_000;
const list = document.getElementById("steers");
const template = document.getElementById("steer-template");
const empty = document.getElementById("steering-empty");
const filterList = document.getElementById("filters");
const filterTemplate = document.getElementById("filter-template");
const undoButton = document.getElementById("undo");

export class Steering {
  /** `onEdited({version, document, cause})` is called with the server's answer to every edit. */
  constructor({ onEdited }) {
    this.onEdited = onEdited;
    this.document = null;
    this.lines = new Map(); // the ledger: steer id -> {said_at, num_matches, is_held}
    this.wishDialog = new WishDialog({ steering: this });
    this.filtersDialog = new FiltersDialog({ steering: this });
    list.addEventListener("click", (event) => this.clicked(event));
    filterList.addEventListener("click", (event) => this.filterClicked(event));
    document.getElementById("filters-open").addEventListener("click", () => this.filtersDialog.open());
    undoButton.addEventListener("click", () => this.undo());
    setInterval(() => this.document && !document.hidden && this.draw(), AGES_MS);
  }

  render(document, { fresh = [] } = {}) {
    this.document = document;
    this.draw(new Set(fresh));
    if (fresh.length) list.scrollLeft = 0; // the row scrolls on a phone
  }

  draw(news = new Set()) {
    const steers = this.document.steers.toReversed(); // the newest first
    const old = new Map([...list.children].map((item) => [item.dataset.steerId, item]));
    const items = steers.map((steer) => this.item(steer, old.get(steer.id), news.has(steer.id)));
    if (items.some((item, at) => item !== list.children[at]) || items.length !== list.children.length) {
      list.replaceChildren(...items);
    }
    const parts = filterParts(this.document.filters);
    filterList.replaceChildren(...parts.map(([keys, words]) => filterItem(keys, words)));
    filterList.hidden = !parts.length;
    empty.hidden = steers.length > 0 || parts.length > 0;
    undoButton.hidden = !(this.document.version > 0);
  }

  item(steer, existing, isNew) {
    const item = existing || template.content.firstElementChild.cloneNode(true);
    const line = this.lines.get(steer.id);
    item.dataset.steerId = steer.id;
    item.dataset.direction = steer.direction;
    item.toggleAttribute("data-paused", steer.paused);
    item.toggleAttribute("data-held", Boolean(line?.is_held));
    if (isNew) item.dataset.new = "";
    const fill = (selector, text) => (item.querySelector(selector).textContent = text);
    fill(".steer__direction", steer.direction === "less" ? "Less: " : "More: ");
    fill(".steer__phrase", steer.phrase);
    fill(".steer__hard", hardWords(steer));
    fill(".steer__horizon", steer.paused ? "paused" : horizonWords(steer));
    fill(".steer__said", steer.origin?.said ? `You said “${steer.origin.said}”` : "");
    fill(".steer__facts", [agoWords(line?.said_at), strengthWords(steer.strength), matchWords(steer, line)].filter(Boolean).join(" · "));
    item.querySelector(".steer__strength span").style.transform = `scaleX(${steer.strength})`;
    item.querySelector(".steer__phrase").setAttribute("aria-label", `Edit ${steer.phrase}`);
    item.querySelector(".steer__remove").setAttribute("aria-label", `Remove ${steer.phrase}`);
    const pause = item.querySelector(".steer__pause");
    pause.setAttribute("aria-label", `Pause ${steer.phrase}`);
    pause.setAttribute("aria-pressed", String(steer.paused));
    return item;
  }

  /** Ask what the steers bring; called whenever the feed has read a new version. */
  async readLedger() {
    try {
      const lines = await getJson("/api/feed/steering");
      this.lines = new Map(lines.map((line) => [line.steer_id, line]));
      if (this.document) this.draw();
    } catch {
      // the list stands without it; the next change asks again
    }
  }

  steerOf(id) {
    return this.document?.steers.find((steer) => steer.id === id) || null;
  }

  elementOf(id) {
    return list.querySelector(`[data-steer-id="${CSS.escape(id)}"]`) || list;
  }

  clicked(event) {
    const steer = this.steerOf(event.target.closest(".steer")?.dataset.steerId);
    if (!steer) return;
    if (event.target.closest(".steer__remove")) this.remove(steer);
    else if (event.target.closest(".steer__pause")) this.pause(steer);
    else if (event.target.closest(".steer__phrase, .steer__more")) this.wishDialog.open(steer, this.lines.get(steer.id));
  }

  filterClicked(event) {
    const item = event.target.closest("li");
    if (!item) return;
    if (!event.target.closest(".filter__remove")) return this.filtersDialog.open();
    const cleared = Object.fromEntries(item.dataset.keys.split(",").map((key) => [key, null]));
    return this.edit(item, () => patchJson(FILTERS, cleared), () => this.told("Filter removed."));
  }

  remove(steer) {
    return this.edit(this.elementOf(steer.id), () => deleteJson(pathOf(steer)), () => this.told(`Removed ${steer.phrase}.`));
  }

  pause(steer) {
    return this.edit(this.elementOf(steer.id), () => postJson(`${pathOf(steer)}/pause`, { paused: !steer.paused }));
  }

  /** Change `steer`, or with none the filters; throws the server's words, for a dialog that shows them beside the field. */
  async change(changes, steer = null) {
    const answer = await patchJson(steer ? pathOf(steer) : FILTERS, changes);
    this.told("Changed.");
    this.onEdited({ ...answer, cause: "edit" });
  }

  /** Let a wish count for less, and at last for nearly nothing. */
  weaken(steer) {
    const strength = Math.max(MIN_STRENGTH, Math.round((steer.strength - STEP) * 100) / 100);
    const words = `Less ${steer.phrase} from here.`;
    return this.edit(this.elementOf(steer.id), () => patchJson(pathOf(steer), { strength }), () => this.told(words));
  }

  addLess(phrase) {
    const wish = { phrase, direction: "less" };
    return this.edit(list, () => postJson("/api/chat/steers", wish), () => this.told(`Less ${phrase} from here.`));
  }

  /** Take the last change back; pressed again, the one before it. */
  undo() {
    const again = { action: { label: "One step more", run: () => this.undo() } };
    return this.edit(undoButton, () => postJson("/api/chat/undo", {}), () => toast("Undone.", again), "undo");
  }

  told(words) {
    toast(words, { action: { label: "Undo", run: () => this.undo() } });
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

const pathOf = (steer) => `/api/chat/steers/${encodeURIComponent(steer.id)}`;

function filterItem(keys, words) {
  const item = filterTemplate.content.firstElementChild.cloneNode(true);
  item.dataset.keys = keys.join(",");
  item.querySelector(".filter__words").textContent = words;
  item.querySelector(".filter__remove").setAttribute("aria-label", `Remove the filter ${words}`);
  return item;
}
