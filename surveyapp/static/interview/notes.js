// Keeps the notes of an interview while they are typed. Without this file every topic has a button.
//
// What is typed is kept on the device at once and sent a moment later. A change that was sent has a
// key and stays as it is until the server has answered: sent again, it is made once. Each change
// says on which content it builds, so the text of a colleague is never overwritten unseen.

import { shelf } from '../shelf.js';

const PAUSE = 2_000;
const RETRY = 5_000;

// Another shelf than that of respondents: who clears theirs on this computer leaves notes alone.
const device = shelf('surveyapp-notes');
const form = document.getElementById("notes");
const state = document.getElementById("state");
const coverage = document.getElementById("coverage");
const words = form.dataset;

const same = (one, other) => one.note.trim() === other.note.trim() && one.concern === other.concern;

// Two entries in one: a note that is in both is there once.
const joined = (first, then) => ({
  note: [...new Set([first.note, then.note])].filter(Boolean).join("\n\n"), concern: then.concern || first.concern,
});

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Topic {
  constructor(box) {
    this.box = box;
    this.id = box.dataset.topic;
    this.place = `interview/${words.key}/${this.id}`;
    this.note = box.querySelector("textarea");
    this.levels = [...box.querySelectorAll("input[type=radio]")];
    this.revision = box.querySelector(`[name="${this.id}.revision"]`);
    this.stored = this.served; // what the server has, as far as this page knows
    this.sent = null;
    this.theirs = null;
    this.held = false;
    const block = box.querySelector(".conflict");
    if (block) this.dispute({ note: block.querySelector(".theirs").textContent, revision: this.revision.value }, block);
  }

  // What the page came with: somebody may have typed before this file had arrived.
  get served() {
    const chosen = this.levels.find((level) => level.defaultChecked);
    return { note: this.note.defaultValue, concern: chosen ? chosen.value : "" };
  }

  get typed() {
    const chosen = this.levels.find((level) => level.checked);
    return { note: this.note.value, concern: chosen ? chosen.value : "" };
  }

  set typed(entry) {
    this.note.value = entry.note;
    for (const level of this.levels) level.checked = level.value === entry.concern;
  }

  get waiting() {
    return !this.theirs && (this.sent !== null || !same(this.typed, this.stored));
  }

  // The device: what is typed and not yet known to be on the server.

  // Returns when it is kept. A full or forbidden store: the text is still in the page.
  remember() {
    const open = this.sent || this.theirs || !same(this.typed, this.stored);
    if (!open && !this.held) return Promise.resolve();
    this.held = open;
    const kept = { key: this.place, typed: this.typed, sent: this.sent, base: this.revision.value };
    return (open ? device.keep(kept) : device.drop(this.place)).catch(() => {});
  }

  // What an earlier page has kept comes back, before anything that was typed in the meantime.
  recall(kept) {
    if (this.theirs) return;
    this.held = true;
    this.sent ??= kept.sent;
    if (!same(kept.typed, this.stored)) {
      const { note, concern } = this.typed, { stored } = this;
      const meanwhile = { note: note === stored.note ? "" : note, concern: concern === stored.concern ? "" : concern };
      this.typed = joined(kept.typed, meanwhile);
      this.revision.value = kept.base;
    }
    this.remember();
  }

  // The server.

  async change() {
    this.sent ??= { ...this.typed, base: this.revision.value, key: newKey() };
    await this.remember();
    return {
      topic: this.id, note: this.sent.note, concern: this.sent.concern,
      revision: this.sent.base, change: this.sent.key,
    };
  }

  accepted(told) {
    const sent = this.sent;
    this.sent = null;
    this.stored = { note: told.note, concern: told.concern };
    if (same(sent, told)) this.revision.value = told.revision;
    else if (same(sent, this.typed)) { // ours was made earlier, and a colleague has changed it since
      this.typed = told;
      this.revision.value = told.revision;
    }
    this.remember();
  }

  dispute(told, block) {
    this.sent = null;
    this.theirs = told;
    this.remember();
    this.box.classList.add("wrong");
    const shown = block || this.conflictBlock(told);
    shown.addEventListener("click", (event) => {
      const how = event.target.closest("[data-settle]");
      if (!how) return;
      event.preventDefault();
      this.settle(how.dataset.settle, shown);
    });
  }

  conflictBlock(told) {
    this.box.querySelector(".conflict")?.remove();
    const block = document.getElementById("conflict").content.cloneNode(true).firstElementChild;
    block.querySelector(".theirs").textContent = told.note;
    const level = this.levels.find((one) => one.value === told.concern);
    block.querySelector(".coding").textContent = level ? level.parentElement.textContent.trim() : "";
    this.note.labels[0].before(block);
    return block;
  }

  settle(how, block) {
    const ours = this.typed;
    const theirs = { concern: "", ...this.theirs };
    if (how === "theirs") this.typed = theirs;
    if (how === "both") this.typed = joined(theirs, ours);
    this.stored = theirs;
    this.revision.value = theirs.revision;
    this.theirs = null;
    this.box.classList.remove("wrong");
    block.remove();
    this.note.focus();
    this.remember();
    flush();
  }
}

const topics = [...form.querySelectorAll("[data-topic]")].map((box) => new Topic(box));
const waiting = () => topics.filter((topic) => topic.waiting);

let token = form.elements._csrf.value;
let renewed = false;
let closed = false;
let running = null;
let timer = 0;

function say(word, alarm = true) {
  if (state.textContent === words[word]) return;
  state.textContent = words[word];
  state.classList.toggle("alarm", alarm);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(flush, wait);
}

// Sends what waits, one change after the other; true when nothing is left.
function flush() {
  running ??= sendAll().finally(() => { running = null; });
  return running;
}

async function sendAll() {
  clearTimeout(timer);
  for (const topic of waiting()) {
    if (closed) return false;
    say("saving", false);
    try {
      if (!(await send(topic))) return false;
    } catch {
      say("offline");
      later(RETRY);
      return false;
    }
  }
  if (topics.some((topic) => topic.theirs)) say("conflict");
  else if (waiting().length) later(PAUSE);
  else say("saved", false);
  return waiting().length === 0 && !topics.some((topic) => topic.theirs);
}

async function send(topic) {
  const body = new URLSearchParams({ _csrf: token, ...await topic.change() });
  const answer = await fetch(words.notes, { method: "POST", body, redirect: "error", keepalive: document.hidden });
  if (answer.status === 401 || answer.status === 400) return signInAgain();
  if (answer.status !== 200 && answer.status !== 409) {
    say("refused");
    later(4 * RETRY);
    return false;
  }
  renewed = false;
  const told = await answer.json();
  if (told.closed) {
    closed = true;
    say("closed");
    return false;
  }
  if (answer.status === 409) topic.dispute(told);
  else topic.accepted(told);
  coverage.innerHTML = told.bar;
  return true;
}

// The sign-in has expired, or there was another one since: a new one brings a new token.
async function signInAgain() {
  later(RETRY);
  const answer = await fetch(words.notes, { redirect: "manual" });
  if (!answer.ok) {
    say("signedOut");
    return false;
  }
  token = form.elements._csrf.value = (await answer.json()).csrf;
  if (renewed) say("refused");
  later(renewed ? 4 * RETRY : 0);
  renewed = true;
  return false;
}

form.addEventListener("input", (event) => {
  const topic = topics.find((one) => one.box.contains(event.target));
  if (!topic) return;
  topic.remember();
  later(PAUSE);
});
form.addEventListener("change", () => later(0)); // a field was left, a level was chosen
addEventListener("online", () => later(0));
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", flush);

// A button of the page waits until everything is sent, or its own post would overtake a change.
form.addEventListener("submit", async (event) => {
  if (!waiting().length && !running) return;
  event.preventDefault();
  const pressed = event.submitter;
  await running;
  if (!(await flush())) return;
  const action = document.createElement("input");
  Object.assign(action, { type: "hidden", name: "_action", value: pressed ? pressed.value : "save" });
  form.append(action);
  form.submit();
});

device.all().catch(() => []).then((kept) => {
  for (const topic of topics) {
    const before = kept.find((record) => record.key === topic.place);
    if (before) topic.recall(before);
  }
  if (waiting().length) later(0);
});
