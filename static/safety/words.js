// What the console says of hazards, numbers and times.
export const HAZARD_NAMES = JSON.parse(document.getElementById("hazard-names").textContent);
export const ACTION_WORDS = { approve: "Approved", remove: "Removed", restrict: "Restricted", undo: "Undone" };
const AGE_STEPS = [[86_400, "d"], [3_600, "h"], [60, "min"]];
const SOURCE_WORDS = { appeal: "Appeal", second: "Second look" };

export const wordsOf = (category) => HAZARD_NAMES[category] || category;
export const numberOf = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

export function ageOf(iso) {
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  const step = AGE_STEPS.find(([length]) => seconds >= length);
  return step ? `${Math.floor(seconds / step[0])} ${step[1]} ago` : "just now";
}

/** Where a job came from, for its badge; a report needs none, its number says it. */
export function sourceOf(job) {
  if (job.source !== "guard") return SOURCE_WORDS[job.source] || "";
  const share = job.p_unsafe === null ? "" : `, ${Math.round(job.p_unsafe * 100)} %`;
  return `Held by the guard${share}`;
}

/** Why a job waits, for the queue's line. */
export function whyOf(job) {
  return SOURCE_WORDS[job.source] || (job.num_flags ? numberOf(job.num_flags, "report") : "held by the guard");
}
