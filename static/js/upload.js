// Uploads: a row a file, sent one after the other, then followed through the processing until it plays or says why not.
import { csrfToken, detailOf, getJson } from "./api.js";

const POLL_MS = 1000;
const UPLOAD_SHARE = 0.4; // of the bar; the rest is processing
const MB = 1024 * 1024;
const STEPS = {
  queued: "Waiting its turn",
  rendering: "Drawing it",
  transcoding: "Converting it for every screen",
  keyframes: "Choosing the telling moments",
  encoding: "Watching it",
  checking: "Checking its words",
};

const $ = (id) => document.getElementById(id);
const template = $("upload-template");
const rows = [];
let running = false;

const sizeWords = (bytes) => (bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MB).toFixed(1)} MB`);
const titleFrom = (name) => name.replace(/\.[^.]+$/, "").replace(/[_\-.]+/g, " ").trim();

class Row {
  constructor(file) {
    this.file = file;
    this.element = template.content.firstElementChild.cloneNode(true);
    const id = `upload-${rows.length + 1}`;
    const [title, tags] = this.element.querySelectorAll(".field");
    for (const [field, name] of [[title, "title"], [tags, "tags"]]) {
      field.querySelector("input").id = `${id}-${name}`;
      field.querySelector("label").htmlFor = `${id}-${name}`;
    }
    this.find(".upload__title").value = titleFrom(file.name);
    const size = Object.assign(document.createElement("span"), { textContent: ` ${sizeWords(file.size)}` });
    this.find(".upload__file").append(file.name, size);
    const remove = this.find(".upload__remove");
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.addEventListener("click", () => removeRow(this));
    this.find(".upload__retry").addEventListener("click", () => {
      this.state = "new";
      this.say("");
      uploadAll();
    });
    this.find(".meter").setAttribute("aria-label", `Progress of ${file.name}`);
    this.state = "new";
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  get state() {
    return this.element.dataset.state;
  }

  set state(state) {
    this.element.dataset.state = state;
    this.find(".upload__progress").hidden = state === "new" || state === "failed" || state === "ready";
    this.find(".upload__after").hidden = state !== "failed" && state !== "ready";
    this.find(".upload__retry").hidden = state !== "failed";
    this.find(".upload__play").hidden = state !== "ready";
  }

  say(words) {
    const line = this.find(".upload__status");
    if (line.textContent !== words) line.textContent = words;
  }

  draw(share) {
    this.find(".meter > span").style.transform = `scaleX(${share})`;
    this.find(".meter").setAttribute("aria-valuenow", Math.round(share * 100));
  }

  fail(words) {
    this.state = "failed";
    this.say(words[0].toUpperCase() + words.slice(1));
  }

  async run() {
    const title = this.find(".upload__title").value.trim();
    if (!title) {
      this.fail("Give it a title first.");
      this.find(".upload__title").focus();
      return;
    }
    this.state = "uploading";
    this.draw(0);
    this.say("Uploading");
    try {
      const form = new FormData();
      form.append("title", title);
      form.append("tags", this.find(".upload__tags").value);
      form.append("file", this.file);
      const { video_id: videoId } = await post(form, (share) => this.draw(share * UPLOAD_SHARE));
      this.state = "processing";
      this.follow(videoId);
    } catch (error) {
      this.fail(error.message);
    }
  }

  /** Poll the processing; a lost connection only makes it wait. */
  async follow(videoId) {
    for (;;) {
      const status = await getJson(`/api/videos/${videoId}/status`).catch(() => null);
      if (status?.state === "failed") return this.fail(status.failure_reason || "This file could not be read.");
      if (status?.state === "ready") return this.finish(videoId, status);
      if (status) {
        this.draw(UPLOAD_SHARE + (status.progress || 0) * (1 - UPLOAD_SHARE));
        this.say(STEPS[status.step] || "Processing");
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  finish(videoId, status) {
    this.state = "ready";
    const waits = status.visibility && status.visibility !== "approved";
    this.say(waits ? "Ready. A moderator looks at it before others can see it." : "Ready. It is in the feed now.");
    const play = this.find(".upload__play");
    play.href = `/watch/${videoId}`;
    play.hidden = Boolean(waits && !status.media_url);
  }
}

/** POST the form with XMLHttpRequest: fetch cannot tell how much was sent. */
function post(form, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/videos/uploads");
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onShare(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(request.response);
      else reject(new Error(detailOf(request.response, request.status)));
    });
    request.addEventListener("error", () => reject(new Error(detailOf(null, 0))));
    request.send(form);
  });
}

function addFiles(files) {
  const maxBytes = Number($("drop").dataset.maxBytes) || Infinity;
  for (const file of files) {
    const row = new Row(file);
    rows.push(row);
    $("queue").append(row.element);
    if (file.size === 0) row.fail("This file is empty.");
    else if (file.size > maxBytes) row.fail(`This file is too large: at most ${sizeWords(maxBytes)}.`);
  }
  refresh();
}

function removeRow(row) {
  rows.splice(rows.indexOf(row), 1);
  row.element.remove();
  refresh();
}

function refresh() {
  $("queue-section").hidden = rows.length === 0;
  const waiting = rows.filter((row) => row.state === "new").length;
  const button = $("upload-all");
  button.hidden = waiting === 0;
  button.textContent = waiting > 1 ? `Upload ${waiting} clips` : "Upload";
}

async function uploadAll() {
  if (running) return;
  running = true;
  for (let next; (next = rows.find((row) => row.state === "new")); ) {
    const run = next.run();
    refresh();
    await run;
  }
  running = false;
  refresh();
}

const drop = $("drop");
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.dataset.over = "";
  });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => delete drop.dataset.over);
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  addFiles(event.dataTransfer.files);
});
drop.addEventListener("submit", (event) => event.preventDefault());
$("files").addEventListener("change", (event) => {
  addFiles(event.target.files);
  event.target.value = "";
});
$("upload-all").addEventListener("click", uploadAll);
