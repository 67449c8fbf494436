// The review console: leased jobs, one on the stage; decisions are sent in order and can be taken back.
import { postJson } from "../js/api.js";
import { bindKeys, closable } from "../js/keyboard.js";
import { toast } from "../js/toast.js";
import { itemElement, jobElement, measureToggle, revealToggle, showTogether, verdictOf } from "./job.js";
import { ACTION_WORDS, ageOf, wordsOf } from "./words.js";

const REFILL_BELOW = 4;
const RENEW_MS = 60_000; // leases last 5 minutes
const POLL_EMPTY_MS = 10_000;
const MAX_JOBS = 10;

const byId = (id) => document.getElementById(id);
const page = byId("review");
const help = closable(byId("help"));
const decided = []; // {batch, jobIds}, oldest first
const sentIds = new Set(); // decided here, perhaps not yet confirmed
const queue = { hazard: "", order: "worst" };
let jobs = [];
let current = 0;
let others = []; // decided together with the job on the stage
let counts = { open: 0, mine: 0, others: 0, hazards: {} };
let sending = Promise.resolve();
let numSending = 0;
let lastToast = null;

const stage = () => byId("stage").firstElementChild;

function showCounts() {
  const waiting = Math.max(0, counts.open - numSending);
  const elsewhere = counts.others ? `, ${counts.others} with other moderators` : "";
  const saving = numSending ? `, ${numSending} being saved` : "";
  byId("counts").textContent = `${waiting} waiting${elsewhere}${saving}`;
}

function showQueues() {
  const options = Object.entries(counts.hazards).map(([hazard, { num, oldest_at: at }]) => {
    return new Option(`${wordsOf(hazard)} (${num}, oldest ${ageOf(at)})`, hazard);
  });
  if (queue.hazard && !counts.hazards[queue.hazard]) options.push(new Option(`${wordsOf(queue.hazard)} (0)`, queue.hazard));
  byId("hazard").replaceChildren(new Option(`All hazards (${counts.open})`, ""), ...options);
  byId("hazard").value = queue.hazard;
  for (const button of document.querySelectorAll("[data-order]")) {
    button.setAttribute("aria-checked", String(button.dataset.order === queue.order));
  }
}

function showAlarms(alarms) {
  byId("alarm").hidden = alarms.length === 0;
  const words = alarms.map(({ hazard, rate }) => `${hazard} ${Math.round(rate * 100)} %`);
  byId("alarm").querySelector("span").textContent = `False positives drift: ${words.join(", ")}`;
}

function take(answer) {
  counts = answer.counts;
  showAlarms(answer.alarms);
}

function showUndo() {
  const possible = decided.length > 0 || numSending > 0;
  for (const button of document.querySelectorAll("[data-undo]")) button.disabled = !possible;
  byId("empty-undo").hidden = !possible;
}

function render() {
  current = Math.max(0, Math.min(current, jobs.length - 1));
  page.dataset.state = jobs.length ? "jobs" : "empty";
  byId("loading").hidden = true;
  byId("empty").hidden = jobs.length > 0;
  byId("queue").replaceChildren(...jobs.map((job, index) => itemElement(job, index === current, () => select(index))));
  const job = jobs[current];
  if (!job) byId("stage").replaceChildren();
  else if (stage()?.dataset.jobId !== String(job.job_id)) {
    others = [];
    byId("stage").replaceChildren(jobElement(job, { decide, together, undo: () => undo() }));
  }
  showCounts();
  if (document.activeElement !== byId("hazard")) showQueues();
  showUndo();
}

function select(index) {
  if (index < 0 || index >= jobs.length) return;
  current = index;
  render();
  byId("queue").children[index].scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Lease more and renew what is held; jobs that were decided in the meantime stay away. */
async function refill() {
  const asked = { ...queue };
  const answer = await postJson("/api/safety/jobs/claim", { max_jobs: MAX_JOBS, ...asked });
  if (asked.hazard !== queue.hazard || asked.order !== queue.order) return;
  take(answer);
  const held = answer.jobs.filter((job) => !sentIds.has(job.job_id));
  const heldIds = new Set(held.map((job) => job.job_id));
  const kept = jobs.filter((job) => heldIds.has(job.job_id));
  const known = new Set(kept.map((job) => job.job_id));
  jobs = [...kept, ...held.filter((job) => !known.has(job.job_id))];
  render();
}

/** Run `work` after everything sent before; failures are told and the queue is fetched afresh. */
function inOrder(work) {
  numSending += 1;
  showCounts();
  sending = sending.then(work).catch(async (error) => {
    toast(error.detail || "That did not work.", { tone: "danger" });
    sentIds.clear();
    await refill().catch(() => {});
  });
  sending = sending.finally(() => {
    numSending -= 1;
    showCounts();
    showUndo();
  });
  return sending;
}

/** Go to another queue: give back what is held of this one, unless it is still on its way. */
function choose(change) {
  Object.assign(queue, change);
  inOrder(async () => {
    await postJson("/api/safety/jobs/release", {});
    jobs = [];
    current = 0;
    await refill();
  });
}

function decide(action) {
  const job = jobs[current];
  if (!job || !job.actions.includes(action)) return;
  const verdict = verdictOf(stage());
  if (action === "approve" && verdict.measures.length) {
    toast("What is approved is no reason to warn or suspend anybody: leave that out, or restrict or remove.", { tone: "danger" });
    return;
  }
  const all = [job, ...others];
  const ids = new Set(all.map((one) => one.job_id));
  const held = all.map(({ job_id, fencing_token }) => ({ job_id, fencing_token }));
  const body = { jobs: held, action, ...verdict };
  jobs = jobs.filter((one) => !ids.has(one.job_id));
  ids.forEach((id) => sentIds.add(id));
  inOrder(async () => {
    const answer = await postJson("/api/safety/decisions", body);
    take(answer);
    decided.push({ batch: answer.batch, jobIds: [...ids] });
    lastToast?.remove(); // one at a time: an older Undo would be taken for the newest
    const what = all.length > 1 ? `${all.length} jobs` : job.target.title;
    lastToast = toast(`${ACTION_WORDS[action]}: ${what}`, { action: { label: "Undo", run: () => undo(answer.batch) } });
    if (jobs.length < REFILL_BELOW) await refill();
  });
  render();
  stage()?.focus();
}

/** Take the open jobs of the same author, or flood, into the next decision; the same key leaves them out again. */
function together(by) {
  const job = jobs[current];
  if (!job?.related[by] || stage().querySelector(`[data-related="${by}"][aria-pressed="true"]`)) return alone();
  return inOrder(async () => {
    const answer = await postJson(`/api/safety/jobs/${job.job_id}/related`, { by, fencing_token: job.fencing_token });
    take(answer);
    if (jobs[current] !== job) return;
    others = answer.jobs.filter((one) => one.job_id !== job.job_id);
    showTogether(stage(), by, others);
  });
}

function alone() {
  others = [];
  if (stage()) showTogether(stage(), "author", others);
}

/** Take back one batch of decisions, or the last one; its jobs come to the front. */
function undo(batch = null) {
  inOrder(async () => {
    const taken = batch === null ? decided.at(-1) : decided.find((one) => one.batch === batch);
    if (!taken) return;
    const answer = await postJson(`/api/safety/batches/${taken.batch}/undo`, {});
    take(answer);
    decided.splice(decided.indexOf(taken), 1);
    taken.jobIds.forEach((id) => sentIds.delete(id));
    const back = new Set(answer.jobs.map((job) => job.job_id));
    jobs = [...answer.jobs, ...jobs.filter((job) => !back.has(job.job_id))];
    current = 0;
    lastToast?.remove();
    const what = answer.jobs.length > 1 ? `${answer.jobs.length} jobs are as they were` : `${answer.jobs[0].target.title} is as it was`;
    lastToast = toast(`Undone: ${what}`);
    byId("stage").replaceChildren();
    render();
  });
}

async function keepGoing() {
  if (document.hidden || numSending) return;
  await refill().catch(() => {});
}

const field = (selector) => () => stage()?.querySelector(selector)?.focus();
bindKeys({
  j: () => select(current + 1),
  k: () => select(current - 1),
  v: () => revealToggle(stage()),
  a: () => decide("approve"),
  x: () => decide("restrict"),
  r: () => decide("remove"),
  w: () => measureToggle(stage(), "warn"),
  s: () => measureToggle(stage(), "suspend"),
  b: () => together("author"),
  f: () => together("flood"),
  c: field(".job__hazard select"),
  n: field(".job__note input"),
  h: () => byId("hazard").focus(),
  1: () => choose({ order: "worst" }),
  2: () => choose({ order: "oldest" }),
  3: () => choose({ order: "reach" }),
  u: () => undo(),
  Escape: alone,
  "?": () => help.showModal(),
});
document.addEventListener("keydown", (event) => {
  if (!["Escape", "Enter"].includes(event.key) || !event.target.matches("#review input, #review select")) return;
  event.target.blur();
  stage()?.focus();
});
byId("hazard").addEventListener("change", () => choose({ hazard: byId("hazard").value }));
for (const button of document.querySelectorAll("[data-order]")) {
  button.addEventListener("click", () => choose({ order: button.dataset.order }));
}
byId("help-open").addEventListener("click", () => help.showModal());
byId("empty-undo").addEventListener("click", () => undo());
addEventListener("beforeunload", (event) => numSending && event.preventDefault());
addEventListener("pagehide", () => {
  postJson("/api/safety/jobs/release", {}, { keepalive: true }).catch(() => {});
});
addEventListener("pageshow", (event) => event.persisted && keepGoing());
setInterval(keepGoing, RENEW_MS);
setInterval(() => jobs.length === 0 && keepGoing(), POLL_EMPTY_MS);
refill().catch((error) => {
  byId("loading").textContent = error.detail || "The queue could not be fetched. Reload the page.";
});
