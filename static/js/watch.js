// The page of one clip: a sensitive one is fetched only once it is asked for.
const cover = document.getElementById("cover");
const video = document.querySelector(".watch__video");

document.getElementById("uncover")?.addEventListener("click", () => {
  cover.remove();
  video.hidden = false;
  video.poster = video.dataset.poster;
  video.src = video.dataset.src;
  video.focus();
  video.play().catch(() => {}); // the controls are there
});
