// Words answers inside texts, and fills what messages leave open.
import { named } from './reading.js';

const chinese = language => /^zh/.test(language);

// Whole numbers of up to four digits have no separator: they may be years.
const numbered = (value, locale) => value.toLocaleString(locale, {
  maximumFractionDigits: 20, useGrouping: !(Number.isInteger(value) && Math.abs(value) < 1e4),
});
const dated = (value, locale) => new Date(`${value}T00:00Z`).toLocaleDateString(locale, {
  day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC',
});

// Returns an answer as the reader sees it; undefined for a kind that is not worded here.
export const shown = (item, value, { language, locale }) => {
  const [colon, semicolon, comma] = chinese(language) ? ['：', '；', '、'] : [': ', '; ', ', '];
  const label = entry => item.labels[named(entry)] + (entry.text ? colon + entry.text : '');
  const number = () => numbered(value, locale) + (item.unit ? ` ${item.unit}` : '');
  const ways = {
    one: () => label(value),
    many: () => value.map(label).join(semicolon),
    rank: () => value.map((entry, n) => `${n + 1}. ${label(entry)}`).join('  '),
    path: () => item.labels[value.join('/')],
    date: () => dated(value, locale),
    moment: () => `${dated(value.slice(0, 10), locale)} ${value.slice(11)}`,
    signature: () => value.join(comma),
    place: () => value.replace(' ', ', '),
    file: () => undefined,
    whole: number,
    decimal: number,
  };
  const worked = one => typeof one == 'number' ? numbered(+one.toPrecision(15), locale)
    : Array.isArray(one) ? one.map(worked).join(comma)
    : typeof one == 'boolean' ? item.labels[one] : one;
  if (ways[item.as]) return ways[item.as]();
  return item.calculate === undefined && typeof value != 'string' ? undefined : worked(value);
};

// Keeps what was typed from turning the text around it.
export const isolated = text =>
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe]/.test(text) ? `\u2068${text}\u2069` : text;

// Returns a message of the server with what only the answer tells, such as how many were chosen.
export const said = (message, values, language) => message.replace(/\{(\w+)\}/g, (slot, name) => {
  const value = values[name];
  return typeof value == 'number' ? numbered(value, chinese(language) ? 'zh-Hans' : 'en-GB') : value || slot;
});
