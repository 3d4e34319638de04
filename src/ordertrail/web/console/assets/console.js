// What makes the pages quicker to work with. Each of them works without it.
"use strict";

const unfold = (inner) => { for (let at = inner.closest("details"); at; at = at.parentElement.closest("details")) at.open = true; };

// Drafts: what somebody typed or chose stays, in this browser only, until the server has taken it or they sign out.
const drafts = "draft:" + encodeURIComponent(document.body.dataset.user) + ":";
// Each tab keeps its own, as two of them can write to the same form, and leaves it to the others when it is closed.
if (!sessionStorage.getItem("tab")) sessionStorage.setItem("tab", Math.random().toString(36).slice(2));
const tab = sessionStorage.getItem("tab");
navigator.locks?.request("tab:" + tab, () => new Promise(() => { /* as long as the page is there */ }));
// Where a form goes names the order, the operation and the part that it is about.
const draftsOf = (form) => drafts + form.getAttribute("action") + "#";
const draftOf = (form) => draftsOf(form) + tab;
const read = (draft) => { try { return JSON.parse(localStorage.getItem(draft)) || {}; } catch { return {}; } };
const leftBehind = async (form) => {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(draftsOf(form)));
  const open = keys.length && navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : [];
  return keys.find((key) => !open.includes("tab:" + key.slice(draftsOf(form).length)));
};
// A draft has served once the page that answers its form says that it was done; any other page says nothing of it.
const sent = JSON.parse(sessionStorage.getItem("sent"));
if (sent && document.querySelector("[data-done]")?.dataset.done === sent.key) localStorage.removeItem(sent.draft);
sessionStorage.removeItem("sent");
// The page that answers a form names it by the beginning of its key.
const markOf = (form) => (form.querySelector("[name=form_key]")?.value ?? "").slice(0, 6);
// By these the server knows a form, and what its reader had seen: sent again as it was, it is done once.
const isUnseen = (name) => /^(form_key|version|revision|reader|(was|seen)\/.*)$/.test(name);
const unseen = (form) => [...form.querySelectorAll("input[type=hidden]")].filter((field) => isUnseen(field.name));
const readerOf = (form) => form.querySelector("[name=reader]")?.value ?? "";
const asItWas = (form, before) => {
  // What stood in its fields stood there in a language and a zone; in others it is opened anew.
  const isReadAlike = (before.reader ?? "") === readerOf(form);
  const meant = Object.keys(before).filter((name) => name !== "reader" && (isReadAlike || !name.startsWith("was/")));
  for (const field of unseen(form)) {
    if (meant.includes(field.name)) field.value = before[field.name];
    else if (isReadAlike && field.name.startsWith("was/")) field.value = "";
  }
  for (const name of meant) {
    if (form.querySelector(`[name="${CSS.escape(name)}"]`)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value: before[name] });
    form.append(field);
  }
};

const drop = (form) => localStorage.removeItem(draftOf(form));
// Nobody takes an old draft for what is there: it says that it is one, and goes when it is not wanted.
const toldOf = (form, words) => {
  const said = document.createElement("p");
  const discard = document.createElement("button");
  said.className = "notice";
  discard.type = "button";
  discard.className = "plain";
  discard.textContent = document.body.dataset.discard;
  discard.addEventListener("click", () => { drop(form); location.reload(); });
  said.append(words + " ", discard);
  return said;
};
for (const link of document.querySelectorAll("a[data-drop]")) link.addEventListener("click", () => drop(link.closest("form")));

const ticked = (field) => field.type === "checkbox" || field.type === "radio";
const held = (field) => ticked(field) && !field.checked ? "" : field.value;
// What is only suggested is another the next time, without anybody's having changed it.
const isSuggested = (field) => "suggested" in field.dataset;
const cameWith = (field) => {
  if (isSuggested(field)) return "";
  if (ticked(field)) return field.defaultChecked ? field.value : "";
  if (field.options) return (field.querySelector("[selected]") || field.options[0]).value;
  return field.defaultValue;
};
// A number that was typed in one language may be another in the next, 1.000 is one or a thousand; and a time in a zone.
const inWhich = (field) => {
  if (field.inputMode === "decimal") return "@" + document.documentElement.lang;
  return field.type === "datetime-local" ? "@" + readerOf(field.form) : "";
};
const nameOf = (field) => ticked(field) ? field.name + "=" + field.value : field.name + inWhich(field);
const isChanged = (field) => held(field) !== (isSuggested(field) ? field.defaultValue : cameWith(field));

const fillIn = (form, kept) => {
  // A file cannot be put back, and what has no name is not sent.
  const fields = [...form.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea")].filter((field) => field.name);
  const keep = () => localStorage.setItem(draftOf(form), JSON.stringify(kept));
  let restored = false;
  if (form.dataset.again !== undefined && kept[""]) { delete kept[""]; keep(); }
  // Whether a form was done of which no answer came, nobody knows: it goes on as the one that it was.
  const before = kept[""];
  if (before) asItWas(form, before);
  // For rows that a draft has and the page does not, the server makes room.
  const rows = Math.max(0, ...Object.keys(kept).map((name) => kept[name].is ? Number(name.match(/\/([0-9]+)\//)?.[1]) || 0 : 0));
  if (rows > Number(form.dataset.rows)) location.replace(form.getAttribute("action") + "?rows=" + rows);
  for (const field of fields) {
    const { was, is } = kept[nameOf(field)] || {};
    if (is === undefined || cameWith(field) === is) continue;
    // What has changed on the server since is not put back to what it was, but by a form that may have changed it itself.
    if (cameWith(field) !== was && !before) { delete kept[nameOf(field)]; continue; }
    if (ticked(field)) field.checked = Boolean(is); else field.value = is;
    unfold(field);
    restored = true;
  }
  if (before) form.prepend(toldOf(form, document.body.dataset.unanswered));
  else if (restored) form.prepend(toldOf(form, document.body.dataset.restored));
  form.addEventListener("input", () => {
    for (const field of fields) {
      const name = nameOf(field);
      if (name in kept) kept[name].is = held(field);
      else if (isChanged(field)) kept[name] = { was: cameWith(field), is: held(field) };
    }
    keep();
  });
  form.addEventListener("submit", () => {
    kept[""] = Object.fromEntries(unseen(form).map((field) => [field.name, field.value]));
    for (const field of fields) if (!isSuggested(field) || isChanged(field)) kept[nameOf(field)] ??= { was: cameWith(field), is: held(field) };
    keep();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    }
  });
};
for (const form of document.querySelectorAll("form[data-draft]")) {
  const own = localStorage.getItem(draftOf(form)) !== null;
  if (own || !Object.keys(localStorage).some((key) => key.startsWith(draftsOf(form)))) { fillIn(form, read(draftOf(form))); continue; }
  leftBehind(form).then((key) => {
    if (key) {
      localStorage.setItem(draftOf(form), localStorage.getItem(key));
      localStorage.removeItem(key);
    }
    fillIn(form, read(draftOf(form)));
  });
}

// Whoever signs out leaves nothing to the next at this browser.
document.querySelector("form.out")?.addEventListener("submit", () => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(drafts)) localStorage.removeItem(key);
});

// One box for all boxes of a list, which shows as well whether all of them are ticked, or some.
for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = [...all.form.querySelectorAll(`[name="${all.dataset.all}"]`)];
  const look = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && !all.checked;
  };
  // Before the form hears of it: its draft keeps what is ticked then.
  all.addEventListener("input", () => { for (const box of boxes) box.checked = all.checked; });
  all.form.addEventListener("input", look);
  // A browser puts back what was ticked when somebody goes back to the page.
  addEventListener("pageshow", look);
  all.closest("label").hidden = false;
}

// How many characters are left, near the end.
for (const field of document.querySelectorAll("textarea[data-count]")) {
  const told = document.createElement("small");
  field.after(told);
  field.addEventListener("input", () => {
    const left = field.maxLength - field.value.length;
    told.textContent = left < 1000 ? field.dataset.count.replace("#", left) : "";
  });
}

// A form that is on its way is not sent again: the server would do it once only, but would be asked twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // Not form.method, which is a field where one is called so.
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (form.dataset.going) { event.preventDefault(); return; }
  form.dataset.going = "1";
  sessionStorage.setItem("sent", JSON.stringify({ draft: draftOf(form), key: markOf(form) }));
  setTimeout(() => delete form.dataset.going, 4000);
});
addEventListener("pageshow", (event) => {
  document.querySelectorAll("form[data-going]").forEach((f) => delete f.dataset.going);
  if (event.persisted) sessionStorage.removeItem("sent");
});

// New entries are announced, and what is read does not move.
const notes = document.querySelector("[data-stream]");
const told = document.querySelector("#told span");
if (notes && window.EventSource) {
  const link = notes.querySelector(".news a");
  let count = 0;
  let gone = false;
  let source = null;
  const from = new URL(notes.dataset.stream, location.href);
  const seen = (event) => {
    from.searchParams.set("after", event.lastEventId);
    let note;
    try { note = JSON.parse(event.data); } catch { return; }
    note = note.note || note;
    if (!note.seq || (notes.dataset.newest && note.seq <= Number(notes.dataset.newest))) return;
    count += 1;
    link.hash = notes.dataset.newest ? "e-" + note.seq : "p-" + event.lastEventId;
    link.textContent = count === 1 ? notes.dataset.one : notes.dataset.many.replace("#", count);
    link.hidden = false;
    told.textContent = "";
  };
  const close = () => { source?.close(); source = null; };
  const open = () => {
    close();
    source = new EventSource(from);
    source.addEventListener("message", seen);
    source.addEventListener("open", () => { if (gone) told.textContent = ""; gone = false; });
    source.addEventListener("error", async () => {
      gone = true;
      told.textContent = notes.dataset.gone;
      look(); // a form that is sent now waits for it too
      // A browser tries again by itself where nobody answered, and not where it was refused.
      if (source?.readyState !== EventSource.CLOSED) return;
      const answer = await fetch(notes.dataset.session).catch(() => null);
      if (answer?.status === 401) told.textContent = notes.dataset.ended; else setTimeout(follow, 5000);
    });
  };
  // A browser has few connections to one server: only what somebody looks at keeps one, and what they send comes first.
  const follow = () => document.hidden ? close() : open();
  document.addEventListener("visibilitychange", follow);
  document.addEventListener("submit", () => { close(); setTimeout(follow, 5000); });
  // To the page that is open already no link leads: it would only move what is read. Loaded anew it begins where the
  // link leads, and not where somebody had read.
  link.addEventListener("click", (event) => {
    if (link.pathname + link.search !== location.pathname + location.search) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    history.scrollRestoration = "manual";
    location.reload();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
  follow();
}

// A server that is gone is noticed by who types or is about to send: else a browser's own page takes the place of theirs.
// The form waits then, and goes by itself once the server is back, unless it was changed meanwhile.
let failures = 0;
let looking = false;
let lookedAt = Date.now();
let waiting = null;
const look = async () => {
  if (looking) return;
  looking = true;
  const answer = await fetch(told.dataset.health, { cache: "no-store" }).catch(() => null);
  looking = false;
  lookedAt = Date.now();
  const isThere = answer && answer.status < 502; // a proxy answers so for a server that is gone
  failures = isThere ? 0 : failures + 1;
  if (!isThere) {
    // A browser that leaves a page breaks off what it has asked for: one failure says nothing yet.
    if (failures > 1) told.textContent = told.dataset.gone;
    setTimeout(look, failures > 1 ? 3000 : 500);
    return;
  }
  if (told.textContent === told.dataset.gone) told.textContent = "";
  const send = waiting;
  waiting = null;
  send?.();
};
const lookNowAndThen = () => { if (failures === 0 && Date.now() - lookedAt > 1000) look(); };
const isSent = (form) => form?.getAttribute("method") === "post"; // form.method may be a field of that name
document.addEventListener("input", (event) => {
  if (isSent(event.target.form)) lookNowAndThen();
  if (waiting?.form === event.target.form) waiting = null;
});
for (const nearing of ["pointerover", "focusin"]) {
  document.addEventListener(nearing, (event) => { if (isSent(event.target.closest("button")?.form)) lookNowAndThen(); });
}
addEventListener("offline", look);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (failures === 0 || !isSent(form) || form.dataset.going) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  told.textContent = told.dataset.gone;
  waiting = () => form.requestSubmit(event.submitter);
  waiting.form = form;
}, true);

// Older notes come below those that are there, and the first of them is where one goes on.
document.addEventListener("htmx:before:swap", () => { document.documentElement.dataset.last = [...document.querySelectorAll(".entry")].length; });
document.addEventListener("htmx:after:swap", () => {
  const first = document.querySelectorAll(".entry")[Number(document.documentElement.dataset.last)];
  if (first) first.focus();
  const shown = document.querySelector("[data-shown]");
  if (!shown) return;
  const last = Number(shown.dataset.before) + document.querySelectorAll("#entries .entry").length;
  shown.textContent = shown.dataset.shown.replace("#", last.toLocaleString(document.documentElement.lang));
});

// What was found is marked, and shown first.
const found = document.querySelector("#entries[data-jump='1'] .entry");
if (found && location.hash === "#notes") found.scrollIntoView({ block: "nearest" });

// The slider and the number beside it say the same entry.
for (const range of document.querySelectorAll(".as-of input[type=range]")) {
  const number = range.form.elements.as_of;
  range.hidden = false;
  range.addEventListener("input", () => { number.value = range.value; });
  number.addEventListener("input", () => { range.value = number.value; });
}

// Going back from where an entry leads shows it again, on its page of the notes: this one may hold several.
document.addEventListener("click", (event) => {
  const entry = event.target.closest("a") && event.target.closest(".entry");
  const page = entry && entry.closest("[data-at]");
  if (!page) return;
  history.replaceState(null, "", page.dataset.at + "#" + entry.id);
  history.scrollRestoration = "manual";
});
const cameTo = document.getElementById(location.hash.slice(1));
if (cameTo?.matches(".entry")) { unfold(cameTo); cameTo.focus(); }
// The next time that somebody goes back here, it is to where they were.
addEventListener("load", () => setTimeout(() => { history.scrollRestoration = "auto"; }));

// Times are shown where the browser is, once it is known: it is told where nobody has chosen a zone, and once only.
const reading = document.querySelector("form[data-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (reading && here && here !== reading.dataset.zone && !sessionStorage.getItem("zone")) {
  fetch(reading.action, { method: "POST", body: new URLSearchParams({ zone: here }), redirect: "manual" }).then((answer) => {
    sessionStorage.setItem("zone", here);
    if (answer.type === "opaqueredirect") reading.elements.zone.value ||= here;
    // A page has no times where nobody is signed in.
    if (answer.type === "opaqueredirect" && document.body.dataset.user) location.reload();
  }).catch(() => { /* the next page tries again */ });
}

// Single keys can be switched off (WCAG 2.1.4): whoever speaks to the machine presses many.
const keys = document.getElementById("keys");
const keysAreOn = () => localStorage.getItem("keys") !== "off";
keys.checked = keysAreOn();
keys.closest("label").hidden = false;
keys.addEventListener("change", () => localStorage.setItem("keys", keys.checked ? "on" : "off"));

// From entry to entry by keyboard: j and k, as in mail; n writes a note, / finds. In the notes, a page is an entry.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key.startsWith("Page") ? !event.target.closest("#notes") : !keysAreOn()) return;
  const entries = [...document.querySelectorAll(".entry")].filter((e) => e.offsetParent);
  const at = entries.indexOf(document.activeElement.closest(".entry"));
  if ((event.key === "j" || event.key === "PageDown") && entries[at + 1]) { entries[at + 1].focus(); event.preventDefault(); }
  else if ((event.key === "k" || event.key === "PageUp") && at > 0) { entries[at - 1].focus(); event.preventDefault(); }
  else if (event.key === "n") { const box = document.querySelector(".composer textarea"); if (box) { box.focus(); event.preventDefault(); } }
  else if (event.key === "/") { document.getElementById("find")?.focus(); event.preventDefault(); }
});
