// Short messages at the foot of the page, announced politely; one may carry one action ("Undo").
const LIFE_MS = 6000;
const LEAVE_MS = 180;

function remove(element) {
  element.dataset.leaving = "";
  setTimeout(() => element.remove(), LEAVE_MS);
}

function retireLater(element) {
  let timer = setTimeout(() => remove(element), LIFE_MS);
  const hold = () => clearTimeout(timer);
  const resume = () => {
    clearTimeout(timer);
    timer = setTimeout(() => remove(element), LIFE_MS / 2);
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", resume);
  element.addEventListener("focusout", resume);
}

/** Show `text`; `action` is {label, run} or absent; `tone` "danger" for failures. Returns the element. */
export function toast(text, { action = null, tone = "" } = {}) {
  const element = document.createElement("div");
  element.className = "toast";
  if (tone) element.dataset.tone = tone;
  const words = document.createElement("span");
  words.textContent = text;
  element.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      remove(element);
      action.run();
    });
    element.append(button);
  }
  const region = document.getElementById("toasts");
  while (region.children.length >= 3) region.firstElementChild.remove();
  region.append(element);
  retireLater(element);
  return element;
}

export function adoptServerToasts() {
  document.querySelectorAll("#toasts [data-from-server]").forEach(retireLater);
}
