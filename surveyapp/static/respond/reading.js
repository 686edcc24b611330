// Reads what was typed into an item as its kind does on the server (questionnaires/kinds): nothing,
// a value, or a refusal. `parts` holds what stands in each of the item's controls.
import { evaluate } from '../expressions.js';

const no = (code, values = {}) => { throw { code, values }; };

const text = (item, raw) => {
  const found = raw.replace(/\r\n?/g, '\n').trim(), count = [...found].length;
  if (count > item.max) no('text_too_long', { count });
  if (/[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(found)) no('text_control_characters');
  return found;
};
const line = (item, raw) => text(item, raw).split(/\s+/).join(' ');

// Full-width digits, and those of any script, count as ours.
const folded = raw => raw.length > 40 ? '' : raw.normalize('NFKC').trim();
const digit = sign => {
  let n = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt() - n - 1))) n++;
  return n % 10;
};
const plain = raw => folded(raw).replace(/,/g, '.').replace(/\p{Nd}/gu, digit);

// A number within the limits of the item, and on one of its steps.
const number = (item, raw) => {
  const written = plain(raw), whole = item.as == 'whole' || item.as == 'sum';
  const pattern = whole ? /^[+-]?\d{1,15}$/ : /^[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})$/;
  if (!whole && /^[+-]?\p{Nd}{1,3}(,\p{Nd}{3})+(\.\p{Nd}*)?$/u.test(folded(raw))) no('decimal_grouped');
  if (!pattern.test(written)) no('invalid');
  if (written.replace(/0+$/, '').replace(/\D/g, '').replace(/^0+/, '').length > 15) no('decimal_long');
  const value = +written, steps = (value - (item.min || 0)) / item.step;
  if (value < item.min) no('number_too_small');
  if (value > item.max) no('number_too_large');
  if ((written.split('.')[1] || '').replace(/0+$/, '').length > item.digits) no('decimal_digits');
  if (Math.abs(steps - Math.round(steps)) > 1e-9) no('number_step');
  return value;
};

const two = part => part.padStart(2, 0);
const day = raw => {
  const [, y, m, d] = /^(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?$/.exec(raw) || [];
  const written = y > 0 && `${y}-${two(m)}-${two(d)}`, time = Date.parse(`${written}T00:00Z`);
  return time === time && new Date(time).toISOString().startsWith(written) ? written : no('invalid');
};
const clock = raw => {
  const [, h, m] = /^(\d{1,2}):(\d\d)(:\d\d(\.\d+)?)?$/.exec(raw) || [];
  return h < 24 && m < 60 ? `${two(h)}:${m}` : no('invalid');
};
const matching = pattern => (item, [[raw]]) => {
  const found = line(item, raw);
  return pattern.test(found) ? found : no('invalid');
};

// An option that asks for words is kept with them.
const option = (item, value, get) => {
  if (!(item.texts || []).includes(value)) return value;
  const words = line({ max: 200 }, get(`.${value}`)[0] || '');
  return words ? { value, text: words } : no('option_text_missing', { option: item.labels[value] });
};
const alone = (item, chosen) => {
  const found = (item.alone || []).find(value => chosen.includes(value));
  if (found && chosen.length > 1) no('choices_exclusive', { option: item.labels[found] });
  return found;
};

const distributed = ({ missing, abstain, rules }, given) => {
  const rated = given.filter(level => !missing.includes(level)), away = given.length - rated.length;
  const share = ([part, of], all, rounded) => Math[rounded](part * all / of);
  const limits = (code, count, limit, beyond) => {
    if (beyond) no(code, { limit, count, rated: rated.length });
  };
  if (abstain) {
    const limit = share(abstain, given.length, 'floor');
    limits('distribution_abstain', away, limit, away > limit);
  }
  rules.forEach(({ levels, most, least }, n) => {
    const count = rated.filter(level => levels.includes(level)).length;
    const highest = most && share(most, rated.length, 'floor');
    const lowest = least && share(least, rated.length, 'ceil');
    limits(`distribution_at_most.${n}`, count, highest, most && count > highest);
    limits(`distribution_at_least.${n}`, count, lowest, least && count < lowest);
  });
};

const kinds = {
  one: (item, [[value]], get) => option(item, value, get),
  many: (item, [values], get) => {
    const chosen = values.map(value => option(item, value, get)), count = chosen.length;
    if (!alone(item, values) && count > item.max) no('choices_too_many', { count });
    return item.order.filter(value => values.includes(value))
      .map(value => chosen.find(entry => named(entry) === value));
  },
  rank: (item, parts) => {
    const places = parts.map(([value]) => value), ranked = places.filter(Boolean);
    if (places.indexOf(ranked[ranked.length - 1]) >= ranked.length) no('ranking_gap');
    const twice = ranked.find((value, n) => ranked.indexOf(value) < n);
    if (twice) no('ranking_duplicate', { option: item.labels[twice] });
    return ranked;
  },
  line: (item, [[raw]]) => {
    const found = line(item, raw), { pattern } = item;
    if (pattern && !evaluate(['regex', { ref: '.' }, { re: pattern }], { '.': found })) no('invalid');
    return found;
  },
  area: (item, [[raw]]) => text(item, raw),
  whole: (item, [[raw]]) => number(item, raw),
  decimal: (item, [[raw]]) => number(item, raw),
  date: (item, [[raw]]) => day(folded(raw)),
  time: (item, [[raw]]) => clock(plain(raw)),
  moment: (item, [[raw]]) => {
    const [date, time = ''] = folded(raw).split(/[ T]/);
    return `${day(date)}T${clock(time)}`;
  },
  email: matching(/^[^@\s"(),:;<>[\\\]]{1,64}@[^@\s.]+(\.[^@\s.]+)+$/),
  url: matching(/^https?:\/\/([^/?#\s]*@)?[^/?#\s@:[\]]*\.[^ ]*$/i),
  phone: (item, [[raw]]) => {
    const found = line(item, raw).normalize('NFKC').trim(), digits = found.replace(/\D/g, '').length;
    return /^\+?[0-9][0-9 ()/.-]{3,28}$/.test(found) && digits > 4 && digits < 21 ? found : no('invalid');
  },
  path: (item, [[raw]]) => raw.split('/'),
  matrix: (item, parts) => {
    const levels = [].concat(...parts).filter(Boolean);
    if (item.spread) distributed(item.spread, levels);
    return levels;
  },
  choices: (item, parts) => {
    parts.forEach(values => alone(item, values));
    return [].concat(...parts).filter(Boolean);
  },
  numbers: (item, parts) => parts.filter(([raw]) => raw && raw.trim()).map(([raw]) => number(item, raw)),
  lines: (item, parts) => parts.map(([raw = '']) => line(item, raw)).filter(Boolean),
  sum: (item, parts) => {
    const shares = parts.map(([raw]) => raw ? number(item, raw) : 0), found = shares.reduce((a, b) => a + b);
    return found === item.total ? shares : no('sum_wrong', { found });
  },
  place: (item, parts) => parts.map(([raw = ''], n) => {
    const end = 90 * (n + 1);
    try {
      return number({ min: -end, max: end }, raw);
    } catch (refusal) {
      return no(n ? 'longitude_invalid' : 'latitude_invalid');
    }
  }).join(' '),
  signature: (item, parts) => {
    const names = new Set(parts.map(([raw = '']) => line(item, raw)).filter(Boolean));
    return names.size < item.min ? no('signatures_too_few', { count: names.size }) : [...names];
  },
  topic: (item, [[note = ''], [concern]]) => (text(item, note), { concern: concern || null }),
  file: (item, [[file]]) => file.size > item.max * 1e6 ? no('file_too_big') : line({}, file.name),
};

// The option of an answer that may carry words beside it.
export const named = entry => entry && entry.value || entry;

const filled = value => value.name || value.trim && value.trim();

// An answer that is read, but is not enough.
const lacking = ({ as, min, alone: apart = [] }, value) =>
  as == 'many' && value.length < min && !value.some(entry => apart.includes(named(entry)))
    ? { code: 'choices_too_few', values: { count: value.length } } : {};

// Returns {value} as it is kept, undefined when blank, or {code, values} of a refusal, or both.
// `get` gives the values of the controls under the item's name.
export const read = (item, get) => {
  const parts = (item.as ? item.parts || [''] : []).map(get);
  if (!parts.some(values => values.some(filled))) return {};
  try {
    const value = kinds[item.as](item, parts, get);
    return { value, ...lacking(item, value) };
  } catch (refusal) {
    return refusal;
  }
};

// Returns what conditions see of a value.
export const seen = (item, value) =>
  item.as == 'one' ? named(value)
  : item.as == 'many' ? value.map(named)
  : item.as == 'path' ? value[value.length - 1]
  : item.as == 'topic' ? value.concern
  : value;
