// The page of a form as somebody fills it in: live, kept on the device, sent once.
import { drop, hold, keep, waiting, wipe } from './drafts.js';
import { add, all, begin, controls, data, form, judge, update } from './page.js';
import { restore } from './restoring.js';
import { attend, send, sending } from './sending.js';

const words = form && data.words, key = form && form.querySelector('[name=_key]');
// The round, and the door through which it was entered; none where nothing may be kept.
const place = form && form.getAttribute('data-keep'), where = `${place} ${location.pathname}`;
const MONTH = 30 * 864e5;
let unkept = false, keeping = !!place, timer, pressed = false;

const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
const button = (text, pressing) => {
  const made = element('button', text, { type: 'button', className: 'quiet' });
  made.addEventListener('click', pressing);
  return made;
};
const note = element('p', '', { className: 'note device' });
const say = (...parts) => {
  note.textContent = '';
  note.append(...parts);
};

const ends = () => Date.parse(form.getAttribute('data-until')) || Date.now() + MONTH;

// What is typed is kept at every change, and when the page is left or put aside.
const keepNow = () => {
  clearTimeout(timer);
  if (!keeping || !unkept) return;
  const fields = [];
  controls().forEach((values, name) => values.forEach(value => typeof value == 'string' && fields.push([name, value])));
  unkept = false;
  keep({ key: key.value, place: where, version: data.version, at: Date.now(), until: ends(), fields }).catch(cannot);
};
const cannot = () => {
  unkept = !!unkept || keeping;
  keeping = false;
  say(words.unkept);
};
const clear = () => {
  keeping = unkept = false;
  clearTimeout(timer);
  wipe().catch(() => {});
  say(words.wiped);
};

const changed = event => {
  unkept = true;
  clearTimeout(timer);
  const follow = () => {
    const wrapper = event.target.closest('[data-item]'), logic = update();
    if (wrapper) judge(logic, wrapper, true);
    keepNow();
  };
  if (event.type == 'change') follow();
  else timer = setTimeout(follow, 250);
};

// While a finger is down nothing moves: what is wrong is said once it is up.
const left = event => {
  const wrapper = event.target.closest('[data-item]');
  if (!wrapper || wrapper.contains(event.relatedTarget)) return;
  const told = () => judge(update(), wrapper);
  if (pressed) document.addEventListener('pointerup', () => setTimeout(told), { once: true });
  else told();
};

const more = event => {
  const [, id] = /^add:(.*)/.exec(event.target.value || '') || [];
  const entry = id && add(data.sections.find(section => section.id == id));
  if (!entry) return;
  event.preventDefault();
  update();
  entry.querySelector('input:not([type=hidden]), select, textarea').focus();
};

const goOn = draft => {
  restore(draft.fields);
  key.value = draft.key;
  hold(draft.key);
  update(true);
  const [, step] = draft.fields.find(([name]) => name == '_step') || [], here = form.querySelector('[name=_step]');
  if (!step || step == here.value) return;
  form.appendChild(element('button', '', { name: '_action', value: `goto:${step}`, hidden: true }));
  form.lastChild.click();
};
const offer = drafts => {
  const [draft] = drafts;
  if (!draft || drafts.some(one => one.key == key.value)) return;
  const box = element('div', '', { className: 'sample draft' }), when = new Date(draft.at).toLocaleString(data.locale);
  const done = act => () => {
    box.remove();
    act();
    document.getElementById('main').focus();
  };
  box.append(element('p', words.kept.replace('{time}', when)), button(words.resume, done(() => goOn(draft))),
    button(words.afresh, done(() => drafts.forEach(one => drop(one.key)))));
  form.parentNode.insertBefore(box, form);
};

const start = () => {
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('focusout', left);
  form.addEventListener('click', more);
  form.addEventListener('submit', event => {
    keepNow();
    send(event, () => {
      keeping = unkept = false;
      return drop(key.value).catch(() => {});
    });
  });
  document.addEventListener('pointerdown', () => { pressed = true; });
  ['pointerup', 'pointercancel'].forEach(type => document.addEventListener(type, () => { pressed = false; }));
  document.addEventListener('visibilitychange', keepNow);
  addEventListener('pagehide', keepNow);
  addEventListener('pageshow', () => update(true));
  addEventListener('beforeunload', event => {
    if (unkept && place !== null && !sending()) event.preventDefault(), event.returnValue = '';
  });
  begin();
  attend();
  form.appendChild(note);
  if (!keeping) return;
  hold(key.value);
  say(words.keeping, ' ', button(words.wipe, clear));
  waiting(where, data.version, Date.now()).then(offer).catch(cannot);
};

const [sent] = all('[data-sent]');
if (form) start();
else if (sent) drop(sent.getAttribute('data-sent')).catch(() => {});
