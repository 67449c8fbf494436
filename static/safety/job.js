// One job as elements. Everything that people wrote goes in as text, never as markup.
const HAZARD_WORDS = {
  violent_crimes: "Violence",
  nonviolent_crimes: "Crime without violence",
  sex_related_crimes: "Sexual crime",
  child_sexual_exploitation: "Child sexual exploitation",
  indiscriminate_weapons: "Weapons of mass harm",
  suicide_self_harm: "Suicide or self-harm",
  intellectual_property: "Somebody else’s work",
  privacy: "Privacy",
  defamation: "Defamation",
  hate: "Hate",
  sexual_content: "Sexual content",
  specialized_advice: "Risky advice",
  other: "Something else",
};
const ACTION_WORDS = { approve: "approved", remove: "removed", restrict: "restricted", undo: "undone" };
const AGE_STEPS = [[86_400, "d"], [3_600, "h"], [60, "min"]];

const wordsOf = (category) => HAZARD_WORDS[category] || category;

function ageOf(iso) {
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  const step = AGE_STEPS.find(([length]) => seconds >= length);
  return step ? `${Math.floor(seconds / step[0])} ${step[1]} ago` : "just now";
}

const reportsOf = (number) => (number === 1 ? "1 report" : `${number} reports`);

function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function put(root, selector, text) {
  const element = root.querySelector(selector);
  element.textContent = text;
  element.hidden = !text;
  return element;
}

function fillList(root, selector, lines) {
  const section = root.querySelector(selector);
  section.hidden = lines.length === 0;
  section.querySelector("ul").replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

function fillDetail(list, detail) {
  for (const [label, value] of Object.entries(detail)) {
    if (!value) continue;
    list.append(
      Object.assign(document.createElement("dt"), { textContent: label }),
      Object.assign(document.createElement("dd"), { textContent: value }),
    );
  }
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
  put(item, ".queue-item__why", `${wordsOf(job.category)} · ${job.num_flags ? reportsOf(job.num_flags) : "held by the guard"}`);
  if (isCurrent) button.setAttribute("aria-current", "true");
  button.addEventListener("click", choose);
  return item;
}

/** The stage's article for a job; `decide(action)` and `undo()` are the page's. */
export function jobElement(job, { decide, undo }) {
  const root = fromTemplate("job-template");
  root.dataset.jobId = job.job_id;
  root.dataset.mediaUrl = job.target.media_url;
  root.setAttribute("aria-label", job.target.title);
  put(root, ".job__category", wordsOf(job.category));
  const share = job.p_unsafe === null ? "" : `, ${Math.round(job.p_unsafe * 100)} %`;
  put(root, ".job__source", job.source === "guard" ? `held by the guard${share}` : "");
  put(root, ".job__flags", job.num_flags ? reportsOf(job.num_flags) : "");
  put(root, ".job__age", ageOf(job.created_at));
  put(root, ".job__title", job.target.title);
  put(root, ".job__text", job.target.text);
  fillDetail(root.querySelector(".job__detail"), job.target.detail);
  fillList(root, ".job__reports", job.reports.map((report) => [wordsOf(report.category), report.note].filter(Boolean).join(": ")));
  fillList(
    root,
    ".job__history",
    job.history.map((row) => `${ACTION_WORDS[row.action]} by ${row.by}, ${ageOf(row.at)}${row.note ? `: ${row.note}` : ""}`),
  );
  fillMedia(root, job.target);
  const note = root.querySelector(".job__note");
  note.querySelector("input").id = `note-${job.job_id}`;
  note.querySelector("label").htmlFor = `note-${job.job_id}`;
  for (const button of root.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => decide(button.dataset.action));
  }
  root.querySelector("[data-undo]").addEventListener("click", undo);
  return root;
}
