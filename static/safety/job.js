// One job as elements. Everything that people wrote goes in as text, never as markup.
import { ACTION_WORDS, HAZARD_NAMES, ageOf, numberOf, sourceOf, whyOf, wordsOf } from "./words.js";

const TWINS = "The same content waits here too, and is decided with it";
const RELATED_WORDS = { author: (num, job) => `All of ${job.author?.name || "the author"} (${num + 1})`, flood: (num) => `Whole flood (${num + 1})` };

function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function put(root, selector, text) {
  const element = root.querySelector(selector);
  element.textContent = text;
  element.hidden = !text;
  return element;
}

const line = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });

function fillList(root, selector, lines, heading = null) {
  const section = root.querySelector(selector);
  section.hidden = lines.length === 0;
  if (heading !== null) section.querySelector("h3").textContent = heading;
  section.querySelector("ul").replaceChildren(...lines.map((text) => line("li", text)));
}

function fillDetail(list, detail) {
  for (const [label, value] of Object.entries(detail)) if (value) list.append(line("dt", label), line("dd", value));
}

function fillTurns(root, turns) {
  const list = root.querySelector(".job__turns");
  list.hidden = turns.length === 0;
  for (const turn of turns) {
    const item = line("li", turn.text);
    item.className = "turn-line";
    item.dataset.author = turn.author;
    if (turn.is_target) item.setAttribute("aria-current", "true");
    list.append(item);
  }
  if (turns.length) root.querySelector(".job__title").hidden = true; // the message itself, which stands there
}

function fillMedia(root, target) {
  const media = root.querySelector(".job__media");
  if (!target.media_url && !target.poster_url) {
    media.remove();
    root.classList.add("job--text");
    return;
  }
  const poster = root.querySelector(".job__poster");
  poster.hidden = !target.poster_url;
  if (target.poster_url) poster.src = target.poster_url;
  root.querySelector(".job__reveal").addEventListener("click", () => revealToggle(root));
}

function fillVerdict(root, job) {
  const select = root.querySelector(".job__hazard select");
  for (const [value, name] of Object.entries(HAZARD_NAMES)) select.append(new Option(name, value, false, value === job.category));
  for (const name of ["hazard", "note", "days"]) {
    const field = root.querySelector(`.job__${name}`);
    field.querySelector("select, input").id = `${name}-${job.job_id}`;
    field.querySelector("label").htmlFor = `${name}-${job.job_id}`;
  }
  for (const button of root.querySelectorAll("[data-measure]")) {
    button.hidden = !job.author;
    button.addEventListener("click", () => measureToggle(root, button.dataset.measure));
  }
  for (const button of root.querySelectorAll("[data-action]")) button.hidden = !job.actions.includes(button.dataset.action);
}

/** Warn or suspend the author with the next decision on this job, or not. */
export function measureToggle(root, measure) {
  const button = root?.querySelector(`[data-measure="${measure}"]`);
  if (!button || button.hidden) return;
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  if (measure === "suspend") root.querySelector(".job__days").hidden = !on;
}

/** What stands on the stage to be sent with an action. */
export function verdictOf(root) {
  const pressed = [...root.querySelectorAll('[data-measure][aria-pressed="true"]')];
  return {
    hazard: root.querySelector(".job__hazard select").value,
    note: root.querySelector(".job__note input").value,
    measures: pressed.map((button) => button.dataset.measure),
    suspend_days: Number(root.querySelector(".job__days select").value),
  };
}

/** Show which other jobs the next decision answers too; none for no others. */
export function showTogether(root, by, others) {
  for (const button of root.querySelectorAll("[data-related]")) {
    button.setAttribute("aria-pressed", String(others.length > 0 && button.dataset.related === by));
  }
  const what = by === "flood" ? "reported in the same flood" : "of the same author";
  const lines = others.map((job) => `${job.target.title} (${wordsOf(job.category)}, ${whyOf(job)})`);
  fillList(root, ".job__together", lines, `Decided together: this and ${others.length} more ${what}. Esc leaves them out.`);
}

/** Show the picture and play it without sound, or cover it again. The video is not even fetched before. */
export function revealToggle(root) {
  const media = root?.querySelector(".job__media");
  if (!media) return;
  const video = media.querySelector("video");
  const poster = media.querySelector("img");
  const covered = media.toggleAttribute("data-covered");
  media.querySelector(".job__reveal span").textContent = covered ? "Show the picture" : "Cover the picture";
  if (covered) {
    video.pause();
    return;
  }
  const url = root.dataset.mediaUrl;
  if (!url) return;
  if (!video.src) video.src = url;
  video.hidden = false;
  poster.hidden = true;
  video.play().catch(() => {});
}

/** The queue's line for a job. */
export function itemElement(job, isCurrent, choose) {
  const item = fromTemplate("item-template");
  const button = item.querySelector("button");
  put(item, ".queue-item__title", job.target.title);
  const more = job.twins.num ? `, ${job.twins.num + 1} alike` : "";
  put(item, ".queue-item__why", `${wordsOf(job.category)} · ${whyOf(job)}${more}`);
  if (isCurrent) button.setAttribute("aria-current", "true");
  button.addEventListener("click", choose);
  return item;
}

function authorOf(author) {
  if (!author) return "";
  const past = [author.warn && numberOf(author.warn, "warning"), author.suspend && numberOf(author.suspend, "suspension")];
  return [author.name, past.filter(Boolean).join(", ")].filter(Boolean).join(": ");
}

/** The stage's article for a job; `decide(action)`, `together(by)` and `undo()` are the page's. */
export function jobElement(job, { decide, together, undo }) {
  const root = fromTemplate("job-template");
  root.dataset.jobId = job.job_id;
  root.dataset.mediaUrl = job.target.media_url;
  root.setAttribute("aria-label", job.target.title);
  put(root, ".job__category", wordsOf(job.category));
  put(root, ".job__source", sourceOf(job));
  put(root, ".job__flags", job.num_flags ? numberOf(job.num_flags, "report") : "");
  put(root, ".job__reach", job.target_kind === "video" ? `seen ${numberOf(job.reach, "time")}` : "");
  put(root, ".job__age", ageOf(job.created_at));
  put(root, ".job__title", job.target.title);
  root.querySelector(".job__appeal").hidden = !job.appeal;
  put(root, ".job__text", job.appeal);
  fillTurns(root, job.target.turns);
  fillDetail(root.querySelector(".job__detail"), { author: authorOf(job.author), ...job.target.detail });
  fillList(root, ".job__twins", job.twins.titles, `${TWINS} (${job.twins.num})`);
  fillList(root, ".job__reports", job.reports.map((report) => [wordsOf(report.category), report.note].filter(Boolean).join(": ")));
  const past = (row) => `${ACTION_WORDS[row.action]} by ${row.by}, ${ageOf(row.at)}${row.note ? `: ${row.note}` : ""}`;
  fillList(root, ".job__history", job.history.map(past));
  fillMedia(root, job.target);
  fillVerdict(root, job);
  for (const button of root.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => decide(button.dataset.action));
  }
  for (const button of root.querySelectorAll("[data-related]")) {
    const by = button.dataset.related;
    button.hidden = !job.related[by];
    button.querySelector("span").textContent = RELATED_WORDS[by](job.related[by], job);
    button.addEventListener("click", () => together(by));
  }
  root.querySelector("[data-undo]").addEventListener("click", undo);
  return root;
}
