// Puts fresh figures in the place of older ones while somebody looks at the page.
// Without this file the page has a link that loads it anew.

const EVERY = 5_000;
const UNATTENDED = 30 * 60_000; // nobody is there any more: let the session grow old

const box = document.getElementById("live");
const stale = document.getElementById("stale");
let attended = Date.now();
let shown = box.innerHTML;

for (const sign of ["pointerdown", "keydown", "scroll", "visibilitychange"]) {
  document.addEventListener(sign, () => { attended = Date.now(); }, { passive: true });
}

async function look() {
  if (document.hidden || Date.now() - attended > UNATTENDED) return;
  const answer = await fetch(box.dataset.live, { redirect: "error" });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = await answer.text();
  if (fresh !== shown) put(fresh);
  stale.hidden = true;
}

function put(fresh) {
  const across = [...box.querySelectorAll(".table-frame")].map((frame) => frame.scrollLeft);
  box.innerHTML = shown = fresh;
  box.querySelectorAll(".table-frame").forEach((frame, n) => { frame.scrollLeft = across[n] ?? 0; });
}

async function watch() {
  try {
    await look();
    setTimeout(watch, EVERY);
  } catch { // the server is away for a moment, or the session has ended
    stale.hidden = false;
    setTimeout(watch, 4 * EVERY);
  }
}

if (box.dataset.live) setTimeout(watch, EVERY);
