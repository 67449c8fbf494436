// The report dialog: a reason, an optional note, one flag.
import { postJson } from "./api.js";
import { engage } from "./engagements.js";
import { toast } from "./toast.js";

// [category that the safety API knows, words for people]
const CATEGORIES = [
  ["violent_crimes", "Violence or threats"],
  ["hate", "Hate or harassment"],
  ["sexual_content", "Sexual content"],
  ["child_sexual_exploitation", "Harm to children"],
  ["suicide_self_harm", "Suicide or self-harm"],
  ["privacy", "Shows somebody’s private life"],
  ["intellectual_property", "Uses somebody else’s work"],
  ["other", "Something else"],
];

const dialog = document.getElementById("report-dialog");
const form = document.getElementById("report-form");
const problem = document.getElementById("report-error");
const send = document.getElementById("report-send");
let entry = null;

function buildChoices() {
  const choices = CATEGORIES.map(([value, words]) => {
    const label = document.createElement("label");
    label.className = "choice";
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "category", value });
    label.append(input, words);
    return label;
  });
  document.getElementById("report-choices").replaceChildren(...choices);
}

function fail(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

async function submit(event) {
  event.preventDefault();
  const category = new FormData(form).get("category");
  if (!category) {
    fail("Choose what is wrong.");
    form.querySelector("input").focus();
    return;
  }
  send.disabled = true;
  try {
    const flag = { target_kind: "video", target_id: entry.card.video_id, category, note: form.elements.note.value.trim() };
    await postJson("/api/safety/flags", flag);
    engage(entry, "report");
    dialog.close();
    toast("Thank you. A moderator will look at it.");
  } catch (error) {
    fail(error.detail || "The report was not sent. Try again.");
  } finally {
    send.disabled = false;
  }
}

export function openReport(target) {
  entry = target;
  form.reset();
  fail("");
  if (!dialog.open) dialog.showModal();
}

buildChoices();
form.addEventListener("submit", submit);
