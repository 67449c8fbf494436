// Send an appeal from "Your uploads"; what is then said of it comes from the server.
import { postJson } from "../js/api.js";

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const problem = form.querySelector(".field__error");
  const button = form.querySelector("button");
  button.disabled = true;
  problem.hidden = true;
  try {
    await postJson("/api/safety/appeals", { decision_id: Number(form.dataset.decision), text: form.elements.text.value.trim() });
    location.reload();
  } catch (error) {
    problem.textContent = error.detail || "The appeal was not sent. Try again.";
    problem.hidden = false;
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-decision]")) form.addEventListener("submit", send);
