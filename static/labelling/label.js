// The pair page: pairs are leased and loaded ahead, an answer shows the next one at once and is sent behind it.
import { postJson } from "../js/api.js";
import { bindKeys, closable } from "../js/keyboard.js";
import { toast } from "../js/toast.js";
import { randomUuid } from "../js/uuid.js";
import { Figures } from "./figures.js";
import { InStep } from "./in-step.js";
import { Outbox } from "./outbox.js";
import { drop, pairOf, swap, videosOf } from "./pair.js";

const MAX_HELD = 5;
const RENEW_MS = 30_000; // leases last 90 s
const IDLE_MS = 300_000; // nobody is there any more: let the leases end
const POLL_EMPTY_MS = 5_000;
const CHOSEN_MS = 220;
const WORDS = { left: "Left is better", right: "Right is better", tie: "Tie", both_bad: "Both bad" };

const byId = (id) => document.getElementById(id);
const page = byId("label");
const help = closable(byId("help"));
const inStep = new InStep();
const figures = new Figures();
const outbox = new Outbox({ onSent, onRefused, onChange: draw });
const sentIds = new Set(); // assignments done here, perhaps not yet confirmed
let queue = []; // pairs that we hold, the one on screen first
let done = []; // {assignmentId, pair}, the newest last; pairs of before this page was opened have no pair
let onScreen = null;
let askedMs = null; // when the key was pressed whose next pair is not there yet
let refilling = null;
let numUndone = 0;

const numUnsent = () => outbox.items.filter((item) => item.counts === "answer").length;
const tell = (words) => (byId("told").textContent = words);

function draw() {
  figures.draw(byId, numUnsent());
  byId("undo").disabled = done.length === 0;
  const waiting = outbox.items.length;
  const what = waiting === 1 ? "1 answer waits" : `${waiting} answers wait`;
  byId("saving").textContent = outbox.isStuck ? `No connection. ${what} here and will be sent again.` : "";
}

/** Show the first pair of the queue; measured from the key, at `sinceMs`, until it is painted, however long it has to be waited for. */
function showFirst({ sinceMs = null, said = "" } = {}) {
  const pair = queue[0] ?? null;
  if (pair === onScreen) return;
  onScreen?.element.removeAttribute("data-on");
  onScreen = pair;
  askedMs ??= sinceMs;
  if (!pair) {
    inStep.leave();
    return setState(outbox.items.length ? "loading" : page.dataset.rest || "loading");
  }
  setState("pairs");
  pair.element.setAttribute("data-on", "");
  byId("query").textContent = pair.card.query;
  inStep.show(videosOf(pair));
  tell(`${said ? `${said}. Next: ` : "Which one is better for: "}${pair.card.query}`);
  const start = askedMs;
  askedMs = null;
  requestAnimationFrame(() => requestAnimationFrame(() => painted(pair, start)));
}

function painted(pair, start) {
  pair.shownMs = performance.now();
  if (start !== null) performance.measure("pair-shown", { start, end: pair.shownMs });
}

function setState(state) {
  page.dataset.state = state;
  for (const part of page.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  for (const button of page.querySelectorAll("[data-choice], #skip, #replay, #swap")) button.disabled = state !== "pairs";
}

function enqueue(cards) {
  const pairs = cards.map(pairOf);
  byId("pairs").append(...pairs.map((pair) => pair.element));
  return pairs;
}

const keyOf = (card) => `${card.assignment_id} ${card.fencing_token}`;

/** Keep what we still hold, in its order, and put behind it what is new. */
function take(answer) {
  figures.progress = answer.progress;
  if (done.length === 0) done = answer.undoable.filter((id) => !sentIds.has(id)).reverse().map((assignmentId) => ({ assignmentId }));
  const held = new Map(answer.pairs.filter((card) => !sentIds.has(card.assignment_id)).map((card) => [keyOf(card), card]));
  const gone = queue.filter((pair) => !held.has(keyOf(pair.card)));
  queue = queue.filter((pair) => held.delete(keyOf(pair.card)));
  queue.push(...enqueue([...held.values()]));
  page.dataset.rest = restOf(answer);
  showFirst({ said: gone.includes(onScreen) ? "That pair went back while you were away" : "" });
  gone.forEach(drop);
  if (!onScreen) setState(outbox.items.length ? "loading" : page.dataset.rest);
  draw();
}

/** Say what an empty page means: others have the last pairs, this labeller has seen all, or nobody has made any yet. */
function restOf({ is_waiting: isWaiting, progress }) {
  if (isWaiting) return "waiting";
  return progress.mine || done.length ? "done" : "preparing";
}

/** Lease more and renew what is held; one request at a time. */
function refill() {
  refilling ??= claim().finally(() => (refilling = null));
  return refilling;
}

async function claim() {
  const before = numUndone;
  try {
    const answer = await postJson("/api/labelling/claim", { campaign_id: Number(page.dataset.campaign), max_held: MAX_HELD });
    if (before !== numUndone) return await claim(); // it may not know of the pair that came back
    take(answer);
  } catch (error) {
    if (error.status === 409) refuse(error.detail);
    else if (queue.length === 0) toast(error.detail, { tone: "danger" });
  }
}

/** The campaign gives this labeller nothing more, and says why. What is held may still be answered. */
function refuse(words) {
  byId("refusal").textContent = words;
  page.dataset.rest = "refused";
  if (queue.length === 0) setState("refused");
}

function leaveFirst(item, said, sinceMs) {
  const pair = queue.shift();
  sentIds.add(pair.card.assignment_id);
  done.push({ assignmentId: pair.card.assignment_id, pair });
  showFirst({ sinceMs, said });
  videosOf(pair).forEach((video) => video.pause());
  outbox.add({ ...item, assignmentId: pair.card.assignment_id });
  forget();
}

/** Only the last few done pairs stay loaded, for an undo. */
function forget() {
  const old = done.slice(0, -2).filter((one) => one.pair && !outbox.items.some((item) => item.assignmentId === one.assignmentId));
  for (const one of old) {
    drop(one.pair);
    one.pair = null;
  }
}

function held(pair) {
  return { assignment_id: pair.card.assignment_id, fencing_token: pair.card.fencing_token };
}

function choose(choice) {
  const sinceMs = performance.now();
  const pair = onScreen;
  if (!pair) return;
  const took = Math.max(0, Math.round(sinceMs - (pair.shownMs || sinceMs)));
  const body = { ...held(pair), label_id: randomUuid(), choice, is_swapped: pair.isSwapped, took_ms: took };
  figures.answered(sinceMs);
  flash(page.querySelector(`[data-choice="${choice}"]`));
  leaveFirst({ url: "/api/labelling/answers", body, counts: "answer" }, WORDS[choice], sinceMs);
}

function skip() {
  if (!onScreen) return;
  figures.skipped();
  leaveFirst({ url: "/api/labelling/skips", body: held(onScreen), counts: "skip" }, "Skipped", performance.now());
}

/** Take back the newest answer or skip: here, if it was not sent yet, else by the server, which hands the pair out anew. */
function undo() {
  const last = done.pop();
  if (!last) return;
  figures.undone();
  if (last.pair && outbox.cancel((item) => item.assignmentId === last.assignmentId)) {
    sentIds.delete(last.assignmentId);
    comeBack(last.pair);
    return;
  }
  sentIds.add(last.assignmentId);
  outbox.add({ url: "/api/labelling/undo", body: { assignment_id: last.assignmentId }, undoes: last });
}

function comeBack(pair) {
  numUndone += 1;
  queue.unshift(pair);
  showFirst({ said: "Taken back" });
  draw();
}

function onSent(item, answer) {
  figures.progress = answer.progress;
  if (item.undoes) {
    if (item.undoes.pair) drop(item.undoes.pair);
    comeBack(enqueue([answer.pair])[0]);
  }
  if (queue.length < MAX_HELD - 1) refill();
}

/** It cannot be kept: say so, and let the pair come back if it is still ours. */
function onRefused(item, error) {
  toast(error.detail, { tone: "danger" });
  sentIds.delete(item.assignmentId);
  done = done.filter((one) => one.assignmentId !== item.assignmentId);
  if (item.counts === "answer") figures.undone();
  refill();
}

function flash(button) {
  button.setAttribute("data-chosen", "");
  setTimeout(() => button.removeAttribute("data-chosen"), CHOSEN_MS);
}

function swapSides() {
  if (!onScreen) return;
  swap(onScreen);
  tell("Sides swapped");
}

function replay() {
  if (onScreen) inStep.replay();
}

const keys = { ArrowLeft: "left", 1: "left", ArrowRight: "right", 2: "right", t: "tie", 3: "tie", b: "both_bad", 4: "both_bad" };
const answers = Object.fromEntries(Object.entries(keys).map(([key, choice]) => [key, () => choose(choice)]));
bindKeys({ ...answers, s: skip, u: undo, r: replay, x: swapSides, "?": () => help.showModal() }, { onRepeat: false });
for (const button of page.querySelectorAll("[data-choice]")) button.addEventListener("click", () => choose(button.dataset.choice));
const tools = { skip, undo, replay, swap: swapSides, "help-open": () => help.showModal() };
for (const [id, run] of Object.entries(tools)) byId(id).addEventListener("click", run);
byId("campaign")?.addEventListener("change", (event) => event.target.form.submit());

let activeMs = performance.now();
const isHere = () => !document.hidden && performance.now() - activeMs < IDLE_MS;
for (const sign of ["keydown", "pointerdown", "pointermove"]) addEventListener(sign, () => (activeMs = performance.now()));

addEventListener("beforeunload", (event) => outbox.items.length > 0 && event.preventDefault());
addEventListener("pagehide", () => {
  outbox.flush();
  const ids = queue.map((pair) => pair.card.assignment_id);
  if (ids.length) postJson("/api/labelling/release", { assignment_ids: ids }, { keepalive: true }).catch(() => {});
});
addEventListener("pageshow", (event) => event.persisted && refill());
document.addEventListener("visibilitychange", () => !document.hidden && refill());
setInterval(() => isHere() && refill(), RENEW_MS);
setInterval(() => isHere() && queue.length === 0 && refill(), POLL_EMPTY_MS);
setState("loading");
refill();
