// On a phone the chat is a sheet at the foot of the feed: a row of steers with the Chat button, or most of the screen.
const CLOSE_DRAG_PX = 90;
const FLICK_PX_PER_MS = 0.5;

export class Sheet {
  constructor({ panel, opener, closer, grip, onOpen = () => {} }) {
    Object.assign(this, { panel, opener, closer, grip, onOpen });
    opener.addEventListener("click", () => this.open());
    closer.addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.isOpen && this.close());
    for (const handle of [grip]) this.bindDrag(handle);
  }

  get isOpen() {
    return this.panel.dataset.open === "true";
  }

  /** Is the chat a sheet here at all? On a wide page it always stands beside the feed. */
  get isSheet() {
    return getComputedStyle(this.opener).display !== "none";
  }

  /** Open the sheet; `toWrite` puts the cursor into the box, which on a phone brings the keyboard up. */
  open({ toWrite = false } = {}) {
    if (!this.isSheet) return;
    this.panel.dataset.open = "true";
    this.opener.setAttribute("aria-expanded", "true");
    delete this.opener.dataset.unread;
    if (!toWrite) this.closer.focus({ preventScroll: true });
    this.onOpen({ toWrite });
  }

  close() {
    this.panel.dataset.open = "false";
    this.panel.style.transform = "";
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.focus({ preventScroll: true });
  }

  /** Mark that something was said while the sheet was closed. */
  markUnread() {
    if (this.isSheet && !this.isOpen) this.opener.dataset.unread = "";
  }

  bindDrag(handle) {
    let startY = null;
    let startMs = 0;
    handle.addEventListener("pointerdown", (event) => {
      if (!this.isOpen) return;
      startY = event.clientY;
      startMs = event.timeStamp;
      handle.setPointerCapture(event.pointerId);
      this.panel.dataset.dragging = "";
    });
    handle.addEventListener("pointermove", (event) => {
      if (startY !== null) this.panel.style.transform = `translateY(${Math.max(0, event.clientY - startY)}px)`;
    });
    const end = (event) => {
      if (startY === null) return;
      const movedPx = event.clientY - startY;
      const speed = movedPx / Math.max(1, event.timeStamp - startMs);
      startY = null;
      delete this.panel.dataset.dragging;
      if (movedPx > CLOSE_DRAG_PX || (movedPx > 20 && speed > FLICK_PX_PER_MS)) this.close();
      else this.panel.style.transform = "";
    };
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  }
}
