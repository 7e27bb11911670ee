// Shows what is new without a reload: when the ledger has another change, the page is asked for again and its content
// put in the place of the old. What was opened stays open, and the focus stays where it was. Without this script the
// page is the same, only that somebody has to reload it.
"use strict";

const AGAIN = 3000; // milliseconds until the page is asked for again that could not be had

const place = (element) => element.id || element.getAttribute("href");

let stale = false;
let asking = false;

async function show() {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const opened = Array.from(document.querySelectorAll("main details[open]"), (one) => one.id);
  const focused = document.activeElement && place(document.activeElement);
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  const again = Array.from(document.querySelectorAll("main a, main summary")).find((one) => place(one) === focused);
  if (focused) again?.focus({ preventScroll: true });
  document.getElementById("news").textContent = document.getElementById("news").dataset.said;
}

// One at a time: an older answer must not come after a newer one.
async function refresh() {
  stale = true;
  if (asking) return;
  asking = true;
  try {
    while (stale) {
      stale = false;
      await show();
    }
  } catch {
    setTimeout(refresh, AGAIN);
  } finally {
    asking = false;
  }
}

// A page of a day that is over names no change, and stays as it is.
const seen = document.body.dataset.seen;
if (seen !== undefined) new EventSource(`/events?seen=${seen}`).addEventListener("change", refresh);
