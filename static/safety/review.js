// The review console: leased jobs, one on the stage; decisions are sent in order and can be taken back.
import { postJson } from "../js/api.js";
import { bindKeys, closable } from "../js/keyboard.js";
import { toast } from "../js/toast.js";
import { jobElement, itemElement, revealToggle } from "./job.js";

const REFILL_BELOW = 4;
const RENEW_MS = 60_000; // leases last 5 minutes
const POLL_EMPTY_MS = 10_000;
const MAX_JOBS = 10;
const DONE_WORDS = { approve: "Approved", restrict: "Restricted", remove: "Removed" };

const byId = (id) => document.getElementById(id);
const page = byId("review");
const help = closable(byId("help"));
const decided = []; // {decisionId, title}, oldest first
const sentIds = new Set(); // decided here, perhaps not yet confirmed
let jobs = [];
let current = 0;
let counts = { open: 0, mine: 0, others: 0 };
let sending = Promise.resolve();
let numSending = 0;
let lastToast = null;

function showCounts() {
  const waiting = Math.max(0, counts.open - numSending);
  const others = counts.others ? `, ${counts.others} with other moderators` : "";
  const saving = numSending ? `, ${numSending} being saved` : "";
  byId("counts").textContent = `${waiting} waiting${others}${saving}`;
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
  const shown = byId("stage").firstElementChild;
  const job = jobs[current];
  if (!job) byId("stage").replaceChildren();
  else if (shown?.dataset.jobId !== String(job.job_id)) byId("stage").replaceChildren(jobElement(job, { decide, undo: () => undo() }));
  showCounts();
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
  const answer = await postJson("/api/safety/jobs/claim", { max_jobs: MAX_JOBS });
  counts = answer.counts;
  const known = new Map(jobs.map((job) => [job.job_id, job]));
  const held = answer.jobs.filter((job) => !sentIds.has(job.job_id));
  const heldIds = new Set(held.map((job) => job.job_id));
  const kept = jobs.filter((job) => heldIds.has(job.job_id));
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

function decide(action) {
  const job = jobs[current];
  if (!job) return;
  const note = byId("stage").querySelector(".job__note input").value;
  jobs.splice(current, 1);
  sentIds.add(job.job_id);
  inOrder(async () => {
    const body = { action, note, fencing_token: job.fencing_token };
    const answer = await postJson(`/api/safety/jobs/${job.job_id}/decision`, body);
    counts = answer.counts;
    decided.push({ decisionId: answer.decision_id, jobId: job.job_id });
    lastToast?.remove(); // one at a time: an older Undo would be taken for the newest
    const again = { label: "Undo", run: () => undo(answer.decision_id) };
    lastToast = toast(`${DONE_WORDS[action]}: ${job.target.title}`, { action: again });
    if (jobs.length < REFILL_BELOW) await refill();
  });
  render();
  byId("stage").firstElementChild?.focus();
}

/** Take back one decision, or the last one; its job comes to the front. */
function undo(decisionId = null) {
  inOrder(async () => {
    const taken = decisionId === null ? decided.at(-1) : decided.find((one) => one.decisionId === decisionId);
    if (!taken) return;
    const answer = await postJson(`/api/safety/decisions/${taken.decisionId}/undo`, {});
    decided.splice(decided.indexOf(taken), 1);
    sentIds.delete(taken.jobId);
    counts = answer.counts;
    jobs = [answer.job, ...jobs.filter((job) => job.job_id !== answer.job.job_id)];
    current = 0;
    lastToast?.remove();
    lastToast = toast(`Undone: ${answer.job.target.title} is as it was`);
    render();
  });
}

async function keepGoing() {
  if (document.hidden || numSending) return;
  await refill().catch(() => {});
}

bindKeys({
  j: () => select(current + 1),
  k: () => select(current - 1),
  v: () => revealToggle(byId("stage").firstElementChild),
  a: () => decide("approve"),
  x: () => decide("restrict"),
  r: () => decide("remove"),
  n: () => byId("stage").querySelector(".job__note input")?.focus(),
  u: () => undo(),
  "?": () => help.showModal(),
});
byId("help-open").addEventListener("click", () => help.showModal());
byId("empty-undo").addEventListener("click", () => undo());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest(".job__note")) event.target.blur();
});
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
