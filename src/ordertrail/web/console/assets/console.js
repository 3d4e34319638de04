// What makes the pages quicker to work with. Each of them works without it.
"use strict";

// Drafts: what is typed stays until the server has taken it, in this browser only.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = "draft:" + form.dataset.draft;
  const fields = [...form.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), textarea")];
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(key) || "{}"); } catch { kept = {}; }
  const sent = sessionStorage.getItem("sent");
  if (sent === key && (document.querySelector(".notice.good"))) {
    localStorage.removeItem(key);
    kept = {};
  }
  if (sent === key) sessionStorage.removeItem("sent");
  for (const field of fields) if (!field.value && kept[field.name]) field.value = kept[field.name];
  form.addEventListener("input", () => {
    const now = Object.fromEntries(fields.filter((f) => f.value).map((f) => [f.name, f.value]));
    localStorage.setItem(key, JSON.stringify(now));
  });
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    }
  });
}

// How many characters are left, near the end.
for (const field of document.querySelectorAll("textarea[data-count]")) {
  const told = document.createElement("small");
  field.after(told);
  field.addEventListener("input", () => {
    const left = field.maxLength - field.value.length;
    told.textContent = left < 1000 ? left + " " + field.dataset.count : "";
  });
}

// A form that is on its way is not sent again: the server would do it once only, but would be asked twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.going) { event.preventDefault(); return; }
  form.dataset.going = "1";
  setTimeout(() => delete form.dataset.going, 4000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-going]").forEach((f) => delete f.dataset.going));

// New entries are announced, and what is read does not move.
const notes = document.querySelector("[data-stream]");
const told = document.getElementById("told");
if (notes && window.EventSource) {
  const news = notes.querySelector(".news");
  const link = news.querySelector("a");
  let count = 0;
  let gone = false;
  const source = new EventSource(notes.dataset.stream);
  const seen = (event) => {
    let note;
    try { note = JSON.parse(event.data); } catch { return; }
    note = note.note || note;
    if (!note.seq || (notes.dataset.newest && note.seq <= Number(notes.dataset.newest))) return;
    count += 1;
    link.textContent = count === 1 ? notes.dataset.one : notes.dataset.many.replace("#", count);
    news.hidden = false;
    told.textContent = "";
    news.setAttribute("role", "status");
  };
  source.addEventListener("message", seen);
  source.addEventListener("activity", seen);
  source.addEventListener("open", () => { if (gone) told.textContent = ""; gone = false; });
  source.addEventListener("error", () => { gone = true; told.textContent = notes.dataset.gone || ""; });
  // To the page that is open already no link leads: it would only move what is read.
  link.addEventListener("click", (event) => {
    if (link.pathname + link.search !== location.pathname + location.search) return;
    event.preventDefault();
    location.reload();
  });
  addEventListener("pagehide", () => source.close());
}

// Older notes come below those that are there, and the first of them is where one goes on.
document.addEventListener("htmx:before:swap", () => { document.documentElement.dataset.last = [...document.querySelectorAll(".entry")].length; });
document.addEventListener("htmx:after:swap", () => {
  const first = document.querySelectorAll(".entry")[Number(document.documentElement.dataset.last)];
  if (first) first.focus();
});

// What was found is marked, and shown first.
const found = document.querySelector("#entries[data-jump='1'] .entry");
if (found && location.hash === "#notes") found.scrollIntoView({ block: "nearest" });

// The slider says which entry.
for (const range of document.querySelectorAll(".as-of input[type=range]")) {
  const output = range.form.querySelector("output");
  range.addEventListener("input", () => { output.value = range.value; });
}

// From entry to entry by keyboard: j and k, as in mail; n writes a note, / finds.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const entries = [...document.querySelectorAll(".entry")].filter((e) => e.offsetParent);
  const at = entries.indexOf(document.activeElement.closest(".entry"));
  if ((event.key === "j" || event.key === "PageDown") && entries[at + 1]) { entries[at + 1].focus(); event.preventDefault(); }
  else if ((event.key === "k" || event.key === "PageUp") && at > 0) { entries[at - 1].focus(); event.preventDefault(); }
  else if (event.key === "n") { const box = document.querySelector(".composer textarea"); if (box) { box.focus(); event.preventDefault(); } }
  else if (event.key === "/") { document.getElementById("find")?.focus(); event.preventDefault(); }
});
