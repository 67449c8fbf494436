// The box that messages are written in: it grows with its text, Enter sends, Shift+Enter breaks the line.
export class Composer {
  constructor({ form, onSend }) {
    this.form = form;
    this.box = form.elements.text;
    this.error = form.querySelector("#composer-error");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onSend(this.box.value);
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.box.addEventListener("input", () => {
      this.complain("");
      this.grow();
    });
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  clear() {
    this.box.value = "";
    this.complain("");
    this.grow();
  }

  focus() {
    this.box.focus();
  }

  /** Give `text` back with the reason why it was not taken; what was typed meanwhile is kept behind it. */
  refuse(text, reason) {
    this.box.value = this.box.value && this.box.value !== text ? `${text}\n${this.box.value}` : text;
    this.grow();
    this.complain(reason);
    this.focus();
  }

  complain(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
    this.box.toggleAttribute("aria-invalid", Boolean(words));
  }
}
