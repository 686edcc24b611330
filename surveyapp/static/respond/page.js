// Keeps the page in step with the answers: what is shown, offered, numbered, worded and wrong.
import { Logic } from './logic.js';
import { isolated, said, shown } from './wording.js';

export const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

export const form = document.getElementById('answers');
export const data = form && JSON.parse(document.getElementById('form-data').textContent);
const byId = {};

const wrappers = () => all('[data-item]', form);
const nameOf = wrapper => wrapper.dataset.name || wrapper.dataset.item;
const entriesIn = section => all(`[data-section="${section.id}"] [data-entry]`, form);

// A polite voice for who cannot see what changes.
const voice = document.createElement('p');
let first = 1, numbering;

export const begin = () => {
  data.items.forEach(item => { byId[item.id] = Object.assign(item, data.given[item.id]); });
  const [mark] = all('.number', form);
  if (mark) first = +mark.textContent;
  numbering = form.querySelector('[name=_step]').value != '_review'; // there only files are drawn
  voice.className = 'visually-hidden';
  voice.setAttribute('role', 'status');
  form.appendChild(voice);
  update(true);
};

export const controls = () => {
  const typed = new Map();
  new FormData(form).forEach((value, name) => typed.set(name, (typed.get(name) || []).concat([value])));
  return typed;
};

const think = () => {
  const typed = controls(), counts = {};
  const get = name => typed.get(name) || [];
  data.sections.filter(section => section.repeat).forEach(section => {
    const rows = [...typed.keys()].filter(name => name.startsWith(`${section.id}.`)).map(name => +name.split('.')[1] + 1);
    counts[section.id] = Math.max(entriesIn(section).length, ...rows, 0);
  });
  return new Logic(data, get, counts);
};

const scopeOf = (logic, wrapper) => {
  const entry = wrapper.closest('[data-entry]');
  if (!entry) return logic;
  const { section } = entry.closest('[data-section]').dataset;
  return logic.entries[data.sections.findIndex(({ id }) => id == section)][entry.dataset.entry];
};

// An option that other answers rule out cannot be chosen; chosen before, it comes back with them.
const narrow = logic => wrappers().reduce((changed, wrapper) => {
  const item = byId[wrapper.dataset.item];
  (item.offers || []).forEach(option => {
    const off = !scopeOf(logic, wrapper).offers(item, option), value = CSS.escape(option.value);
    all(`input[value="${value}"], option[value="${value}"]`, wrapper).forEach(control => {
      changed = changed || control.disabled != off;
      control.disabled = off;
      (control.closest('label') || control).hidden = off;
    });
  });
  return changed;
}, false);

const blank = entry => all('input, select, textarea', entry).every(control =>
  /radio|checkbox/.test(control.type) ? !control.checked : control.type == 'hidden' || !control.value.trim());

// Adds a blank entry to a repeated section, made from its template.
export const add = section => {
  const box = form.querySelector(`[data-section="${section.id}"]`), made = box && box.querySelector('template');
  const entries = entriesIn(section), n = entries.length;
  if (!made || n >= section.repeat.max) return null;
  const entry = made.content.firstElementChild.cloneNode(true);
  [entry, ...all('*', entry)].forEach(part => [...part.attributes].forEach(attribute => {
    attribute.value = attribute.value.replace(`${section.id}.NEW.`, `${section.id}.${n}.`);
  }));
  entry.dataset.entry = n;
  const legend = entry.querySelector('legend');
  legend.textContent = legend.textContent.replace('0', n + 1);
  made.before(entry);
  return entry;
};

const fit = logic => data.sections.some(section => {
  const wanted = logic.wanted(section), entries = entriesIn(section), last = entries[entries.length - 1];
  if (wanted === null || wanted == entries.length) return false;
  if (wanted > entries.length) return add(section);
  return blank(last) && (last.remove(), true);
});

const show = (element, visible) => {
  const changed = element.hidden == visible;
  element.hidden = !visible;
  return changed;
};

const word = logic => all('[data-pipe]', form).forEach(element => {
  const wrapper = element.closest('[data-item]'), section = element.closest('[data-section]');
  const holder = wrapper ? byId[wrapper.dataset.item]
    : data.sections.find(one => section && one.id == section.dataset.section);
  const scope = scopeOf(logic, wrapper || element);
  let known = true;
  const text = (holder && holder.pipes && holder.pipes[element.dataset.pipe] || '').replace(/\$\{\s*([^\s}]+)\s*\}/g, (_, name) => {
    const at = scope.visible.has(name) ? scope : logic, item = byId[name];
    if (!item || !at.visible.has(name)) return '…';
    const { value = at.readable[name] } = at.sheet.read[name] || {};
    if (value === undefined) return '…';
    const found = shown(item, value, data);
    known = known && found !== undefined;
    return isolated((found || '').trim()) || '…';
  });
  if (known && text && text != element.textContent) element.textContent = text;
});

const number = () => {
  const numbers = {};
  let next = first;
  wrappers().forEach(wrapper => {
    const mark = wrapper.querySelector('.number'), { item } = wrapper.dataset;
    if (!mark || wrapper.closest('[hidden]')) return;
    mark.textContent = numbers[item] = numbers[item] || next++;
  });
};

// Brings the page up to date; what appears or goes is told, unless the page is only beginning.
export const update = quietly => {
  let logic = think();
  for (let turn = 0; turn < 300 && (narrow(logic) || fit(logic)); turn++) logic = think();
  let added = 0, removed = 0;
  data.sections.forEach((section, n) =>
    all(`[data-section="${section.id}"]`, form).forEach(box => show(box, logic.reached(n))));
  wrappers().forEach(wrapper => {
    const visible = scopeOf(logic, wrapper).visible.has(wrapper.dataset.item);
    all('[name=_unseen]', wrapper).forEach(mark => { mark.disabled = visible; });
    if (show(wrapper, visible) && wrapper.querySelector('.number')) visible ? added++ : removed++;
  });
  all('.depends', form).forEach(note => { note.hidden = true; });
  all('[data-section]', form).forEach(box => {
    const items = all('[data-item]', box);
    if (items.length && items.every(item => item.hidden)) box.hidden = true;
  });
  if (numbering) number();
  word(logic);
  all('.reading[data-item] output', form).forEach(output => {
    const { item } = output.closest('[data-item]').dataset;
    const value = scopeOf(logic, output).readable[item];
    output.textContent = value === undefined ? '…' : shown(byId[item], value, data);
  });
  const { words } = data;
  if (!quietly && added + removed) {
    voice.textContent = [added && said(words.added, { count: added }, data.language),
      removed && said(words.removed, { count: removed }, data.language)].filter(Boolean).join(' ');
  }
  return logic;
};

// Returns what is wrong with an item as it stands, or nothing; a blank one is not wrong yet.
const wrong = (logic, wrapper) => {
  const item = byId[wrapper.dataset.item], scope = scopeOf(logic, wrapper), found = scope.sheet.read[item.id];
  if (!found || !scope.visible.has(item.id)) return '';
  if (found.code) return said((item.says || {})[found.code] || '', found.values, data.language);
  const own = scope.sheet.seen[item.id];
  if (item.constraint === undefined || found.value === undefined) return '';
  return scope.holds(item.constraint, item.id, { '.': own }) ? '' : item.sorry;
};

// Says at an item what is wrong with it, or takes back what was said.
export const judge = (logic, wrapper, onlyTakeBack) => {
  const message = wrong(logic, wrapper), id = `${nameOf(wrapper)}-error`, old = all('.error', wrapper);
  if (onlyTakeBack && !old.length) return;
  old.forEach(element => element.remove());
  wrapper.classList.toggle('wrong', !!message);
  const marked = wrapper.matches('fieldset') ? [wrapper] : all('input, select, textarea', wrapper);
  marked.forEach(control => {
    if (message) control.setAttribute('aria-describedby', id);
    else control.removeAttribute('aria-describedby');
    if (control != wrapper) control.setAttribute('aria-invalid', !!message);
  });
  if (!message) return;
  const error = document.createElement('p'), start = document.createElement('span');
  error.id = id;
  error.className = 'error';
  start.className = 'visually-hidden';
  start.textContent = `${data.words.error} `;
  error.append(start, message);
  wrapper.querySelector('.question').after(error);
};
