// Keys of a page. Nothing here runs while somebody types or a dialog is open.
const TYPING = "input, textarea, select, [contenteditable]";

/** `commands`: key name -> function; a key of KeyboardEvent.key, letters in lower case. `onRepeat` false: a key held down counts once. */
export function bindKeys(commands, { onRepeat = true } = {}) {
  document.addEventListener("keydown", (event) => {
    if (event.repeat && !onRepeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const pressesButton = event.target.closest("button, a, summary") && [" ", "Enter"].includes(event.key);
    const scrollsLog = event.target.closest(".chat") && event.key.startsWith("Arrow");
    if (pressesButton || scrollsLog) return;
    const command = commands[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!command) return;
    event.preventDefault();
    command();
  });
}

/** Open a dialog with a key or a button; its [data-close] buttons and a click on the backdrop close it. */
export function closable(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  return dialog;
}
