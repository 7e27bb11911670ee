// Shows what is new without a reload: when the ledger has another change, the page is asked for again and its content
// put in the place of the old. What was opened stays open, and the focus stays where it was. Without this script the
// page is the same, only that somebody has to reload it.
"use strict";

const place = (element) => element.id || element.getAttribute("href");

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const opened = Array.from(document.querySelectorAll("main details[open]"), (one) => one.id);
  const focused = document.activeElement && place(document.activeElement);
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) Array.from(document.querySelectorAll("main a, main summary")).find((one) => place(one) === focused)?.focus();
  document.getElementById("news").textContent = document.getElementById("news").dataset.said;
}

new EventSource("/events").addEventListener("change", refresh);
