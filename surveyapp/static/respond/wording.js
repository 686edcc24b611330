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
    whole: number,
    decimal: number,
  };
  return ways[item.as] ? ways[item.as]()
    : typeof value == 'number' ? number()
    : typeof value == 'string' ? value : undefined;
};

// Returns a message of the server with what only the answer tells, such as how many were chosen.
export const said = (message, values, language) => message.replace(/\{(\w+)\}/g, (slot, name) => {
  const value = values[name];
  return typeof value == 'number' ? numbered(value, chinese(language) ? 'zh-Hans' : 'en-GB') : value || slot;
});
