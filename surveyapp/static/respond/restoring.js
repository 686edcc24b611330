// Puts what was kept back into the controls of the page.
import { add, all, data, form } from './page.js';

const put = (control, values) => {
  if (/radio|checkbox/.test(control.type)) control.checked = values.includes(control.value);
  else if (control.type != 'file') control.value = values.shift() || '';
};

// What has no control here belongs to other pages of the form and goes along with this one.
const carry = (name, value) => {
  const control = document.createElement('input');
  Object.assign(control, { type: 'hidden', name, value });
  form.appendChild(control);
};

export const restore = fields => {
  const kept = {};
  fields.forEach(([name, value]) => (kept[name] = kept[name] || []).push(value));
  data.sections.filter(section => section.repeat).forEach(section => {
    const last = Math.max(-1, ...Object.keys(kept)
      .filter(name => name.startsWith(`${section.id}.`)).map(name => +name.split('.')[1]));
    while (last >= all(`[data-section="${section.id}"] [data-entry]`, form).length && add(section));
  });
  const here = all('input, select, textarea', form).filter(control => control.name);
  here.filter(control => !/^_/.test(control.name) || control.name == '_key')
    .forEach(control => put(control, kept[control.name] || []));
  const names = new Set(here.map(control => control.name));
  fields.filter(([name]) => !names.has(name)).forEach(([name, value]) => carry(name, value));
};
