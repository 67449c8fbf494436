// The two small forms of the steering list: one wish with all that can be changed of it, and the filters.
import { closable } from "./keyboard.js";
import { agoWords, endOfDay, horizonWords, matchWords, strengthWords } from "./wish-words.js";

const LASTS_DAYS = { today: 0, three_days: 3, week: 7 };
const NUMBERS = ["min_duration_s", "max_duration_s", "published_within_days"];

class FormDialog {
  constructor(id, steering) {
    this.steering = steering;
    this.dialog = closable(document.getElementById(id));
    this.form = this.dialog.querySelector("form");
    this.problem = this.dialog.querySelector(".field__error");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  show() {
    this.fail("");
    if (!this.dialog.open) this.dialog.showModal();
  }

  fail(words) {
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }

  /** Send what is different (of `steer`, or of the filters), and close; what the server refuses is said in the form. */
  async send(changes, steer = null) {
    if (!Object.keys(changes).length) return this.dialog.close();
    const button = this.form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      await this.steering.change(changes, steer);
      this.dialog.close();
    } catch (error) {
      this.fail(error.detail || "That was not saved. Try again.");
    } finally {
      button.disabled = false;
    }
    return undefined;
  }
}

export class WishDialog extends FormDialog {
  constructor({ steering }) {
    super("wish-dialog", steering);
    const { strength } = this.form.elements;
    strength.addEventListener("input", () => this.drawStrength());
    this.form.addEventListener("change", () => this.drawHard());
    this.form.querySelector("[data-remove]").addEventListener("click", () => this.leave(() => steering.remove(this.steer)));
    this.form.querySelector("[data-pause]").addEventListener("click", () => this.leave(() => steering.pause(this.steer)));
  }

  open(steer, line) {
    this.steer = steer;
    const { phrase, direction, strength, hard, lasts } = this.form.elements;
    const fill = (selector, text) => (this.dialog.querySelector(selector).textContent = text);
    fill(".wish__said", steer.origin?.said ? `You said “${steer.origin.said}”` : "");
    fill(".wish__facts", [agoWords(line?.said_at), matchWords(steer, line)].filter(Boolean).join(" · "));
    fill("[data-pause]", steer.paused ? "Wake" : "Pause");
    phrase.value = steer.phrase;
    direction.value = steer.direction;
    strength.value = Math.round(steer.strength * 100);
    hard.checked = steer.hard;
    const asNow = this.form.querySelector(".wish__as-now");
    asNow.hidden = !steer.expires_at;
    fill(".wish__as-now span", `As it is (${horizonWords(steer)})`);
    lasts.value = steer.expires_at ? "as_now" : "lasting";
    this.drawStrength();
    this.drawHard();
    this.show();
  }

  drawStrength() {
    const { strength } = this.form.elements;
    const words = strengthWords(strength.value / 100);
    this.form.querySelector("output").textContent = words;
    strength.setAttribute("aria-valuetext", words);
  }

  drawHard() {
    const isLess = this.form.elements.direction.value === "less";
    this.form.querySelector(".wish__hard span").textContent = isLess ? "Never show it at all" : "Show only this";
  }

  leave(act) {
    this.dialog.close();
    act();
  }

  save() {
    const { phrase, direction, strength, hard, lasts } = this.form.elements;
    const { steer } = this;
    const wanted = { phrase: phrase.value.trim(), direction: direction.value, hard: hard.checked };
    const changes = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => steer[key] !== value));
    if (Number(strength.value) !== Math.round(steer.strength * 100)) changes.strength = strength.value / 100;
    if (lasts.value in LASTS_DAYS) changes.expires_at = endOfDay(LASTS_DAYS[lasts.value]).toISOString();
    if (lasts.value === "lasting" && steer.expires_at) changes.expires_at = null;
    if (!wanted.phrase) return this.fail("Write what it is about.");
    return this.send(changes, steer);
  }
}

export class FiltersDialog extends FormDialog {
  constructor({ steering }) {
    super("filters-dialog", steering);
  }

  open() {
    const filters = this.steering.document?.filters || {};
    this.form.elements.pace.value = filters.pace || "";
    for (const name of NUMBERS) this.form.elements[name].value = filters[name] ?? "";
    this.show();
  }

  save() {
    const filters = this.steering.document?.filters || {};
    const wanted = { pace: this.form.elements.pace.value || null };
    for (const name of NUMBERS) wanted[name] = Number(this.form.elements[name].value) || null;
    const changes = Object.entries(wanted).filter(([key, value]) => (filters[key] ?? null) !== value);
    return this.send(Object.fromEntries(changes));
  }
}
