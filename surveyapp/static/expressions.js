// Evaluates expressions in the browser as questionnaires/expressions does on the server; what they
// mean is in the guide. Never throws or hangs. null is "not answered". ES2018, for old browsers.
const DAY = 86400, FIRST = -719162 * DAY, LAST = 2932897 * DAY, MANY = 1e5;
const NUMBER = /^[ \t\n\r]*-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?[ \t\n\r]*$/i;
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/;
const { isArray } = Array, { abs, floor, trunc, sqrt } = Math;
const isText = v => typeof v == 'string';
const isEntry = v => v && typeof v == 'object' && !isArray(v);
const finite = x => Number.isFinite(x) ? x + 0 : null;
const blank = v => v === null || v === '';
const filled = v => !blank(v);

const flattened = list => list.some(isArray) ? flattened([].concat(...list)) : list;
const tidy = v => isText(v) ? v.replace(/[\ud800-\udfff]/gu, '\ufffd')
  : v === !!v ? v
  : isNumber(v) ? finite(v)
  : isArray(v) ? flattened(v).map((part, i) => isEntry(part) ? i + 1 : tidy(part))
  : null;
const isNumber = v => typeof v == 'number' || typeof v == 'boolean';
const number = v => isNumber(v) ? +v : isText(v) && NUMBER.test(v) ? finite(+v) : null;
const string = v => v === null ? '' : isArray(v) ? v.map(string).join(' ') : String(v);
export const truthy = v => isArray(v) ? v.length > 0 : !!v;
const elements = v => isArray(v) ? v : blank(v) ? [] : [v];
const words = v => (isArray(v) ? v.map(string) : string(v).split(' ')).filter(filled);
const numbers = list => list.map(number).filter(filled);
const limited = s => s.length > MANY && [...s].length > MANY ? null : s;

// A moment is a number of seconds since 1970-01-01T00:00.
const iso = x => filled(x) && x >= FIRST && x < LAST ? new Date(x * 1e3).toISOString() : '';
const moment = v => {
  const [, day, time = '00:00', seconds = ':00'] = isText(v) && v.length <= 40 && ISO.exec(v) || [];
  const x = Date.parse(`${day}T${time}${seconds}Z`) / 1e3;
  return iso(x).startsWith(`${day}T${time}${seconds}`) ? x : null;
};
const clock = v => moment('1970-01-01T' + v);
const secondsOf = (v, x = number(v)) => blank(x) ? moment(v) : abs(x) < 1e9 ? floor(x * DAY + 0.5) : null;
const dateTime = x => iso(x).replace(/(:00)?\.000Z/, '') || null;
const date = x => iso(x).slice(0, 10) || null;
const shifted = (v, days, x = moment(v)) => blank(x) || abs(days) > LAST ? null
  : v.length > 10 ? dateTime(x + floor(days * DAY + 0.5)) : date(x + floor(days) * DAY);
const months = (a, b) => {
  if (b < a) return -months(b, a);
  const [y, m, d] = iso(a).split(/[-T]/), [Y, M, D] = iso(b).split(/[-T]/);
  return (Y - y) * 12 + (M - m) - (D < d);
};
const span = measure => (v, w) => {
  const [a, b] = [v, w].map(day => moment(date(secondsOf(day))));
  return filled(a) && filled(b) ? finite(measure(a, b)) : null;
};
const format = (v, pattern, months, weekdays) => {
  const text = iso(secondsOf(v));
  if (!text) return null;
  const [Y, m, d, H, M, S] = text.split(/\D/);
  const parts = {
    Y, m, d, H, M, S, y: Y.slice(2), n: +m, e: +d, h: +H, 3: '000', '%': '%',
    b: months[m - 1], a: weekdays[(new Date(text).getUTCDay() + 6) % 7],
  };
  return limited(string(pattern).replace(/%([YymnbdeHhMSa3%])/g, (_, key) => parts[key]));
};

const equal = (a, b) => {
  if (isNumber(a) || isNumber(b)) {
    const x = number(a), y = number(b);
    if (filled(x) && filled(y)) return x === y;
  }
  a = string(a);
  b = string(b);
  return a === b || [moment, clock].some(read => filled(read(a)) && read(a) === read(b));
};
const ordered = compare => (a, b) => {
  const either = read => isText(a) && isText(b) && (filled(read(a)) || filled(read(b)));
  const read = [moment, clock].find(either) || number;
  const x = read(a), y = read(b);
  return filled(x) && filled(y) && compare(x, y);
};
const arithmetic = (apply, other = () => null) => (a, b) => {
  const x = number(a), y = number(b);
  return filled(x) && filled(y) ? finite(apply(x, y)) : other(a, b, x, y);
};
const divided = arithmetic((x, y) => y ? x / y : null);
const ofNumber = apply => v => arithmetic(apply)(v, 0);

const scaled = (x, power) => {
  const [mantissa, exponent = 0] = String(x).split('e');
  return +`${mantissa}e${+exponent + power}`;
};
const round = (v, places = 0) => {
  const x = number(v), wanted = number(places);
  if (blank(x) || blank(wanted)) return null;
  const power = Math.max(-15, Math.min(15, trunc(wanted))), large = scaled(abs(x), power);
  if (large >= 1e15) return x;
  const rounded = scaled(floor(large) + (large % 1 >= 0.5), -power);
  return finite(x < 0 ? -rounded : rounded);
};
const pow = arithmetic((x, y) => {
  let whole = floor(abs(y)), part = abs(y) - whole, result = 1, root = 1, factor = x;
  if (part && x < 0) return null;
  for (; whole >= 1; whole = floor(whole / 2), factor *= factor) if (whole % 2) result *= factor;
  while (part) {
    x = sqrt(x);
    part *= 2;
    if (part >= 1) root *= x, part--;
  }
  result *= root;
  return y >= 0 ? result : divided(1, finite(result));
});
const sum = list => numbers(list).reduce((total, x) => blank(total) ? null : finite(total + x), 0);
const sorted = list => numbers(list).sort((x, y) => x - y);

// A pattern is an automaton; all states that it may be in go forward together: always linear.
const automata = new WeakMap(), END = {};
const states = (part, next) => {
  if (isText(part)) return { ranges: [...part].map(sign => sign.codePointAt()), next };
  let [kind, one, low, high] = part;
  if (kind == '|') return { ways: part.slice(1).map(way => states(way, next)) };
  if (kind == ',') return part.slice(1).reduceRight((after, step) => states(step, after), next);
  let start = next;
  if (high === null) {
    start = { ways: [next] };
    start.ways.push(states(one, start));
  } else for (; high > low; high--) start = { ways: [states(one, start), next] };
  while (low--) start = states(one, start);
  return start;
};
const enter = (found, state) => {
  if (!found.has(state)) {
    found.add(state);
    (state.ways || []).forEach(way => enter(found, way));
  }
  return found;
};
const matches = (text, pattern) => {
  const signs = [...text];
  if (signs.length > 4000) return false;
  if (!automata.has(pattern)) automata.set(pattern, states(pattern, END));
  let now = enter(new Set(), automata.get(pattern));
  for (const sign of signs) {
    const code = sign.codePointAt(), then = new Set();
    for (const { ranges, next } of now) {
      if (ranges && ranges.some((low, i) => !(i % 2) && low <= code && code <= ranges[i + 1])) enter(then, next);
    }
    now = then;
  }
  return now.has(END);
};

const texts = method => (v, w) => string(v)[method](string(w));
const flat = (...values) => flattened(values.map(elements)).filter(filled);

const functions = {
  '=': equal,
  '<': ordered((x, y) => x < y),
  '<=': ordered((x, y) => x <= y),
  '+': arithmetic((x, y) => x + y, (a, b, x, y) => filled(y) ? shifted(a, y) : filled(x) ? shifted(b, x) : null),
  '-': arithmetic((x, y) => x - y, (a, b, x, y) => filled(y) ? shifted(a, -y)
    : filled(moment(a)) && filled(moment(b)) ? (moment(a) - moment(b)) / DAY : null),
  '*': arithmetic((x, y) => x * y),
  div: divided,
  mod: arithmetic((x, y) => x % y),
  in: (v, ...options) => (isArray(v) ? v : [v]).some(part => options.some(option => equal(part, option))),
  not: v => !truthy(v),
  selected: (v, option, wanted = string(option)) =>
    wanted !== '' && (words(v).includes(wanted) || !isArray(v) && string(v) === wanted),
  words,
  flat,
  count: v => elements(v).length,
  at: (list, i, x = number(i)) => filled(x) && x >= 0 && x < list.length ? list[trunc(x)] : null,
  length: v => [...string(v)].length,
  substr: (v, ...edges) => edges.map(number).includes(null) ? null : [...string(v)].slice(...edges).join(''),
  contains: texts('includes'),
  'starts-with': texts('startsWith'),
  'ends-with': texts('endsWith'),
  concat: (...values) => limited(values.map(string).join('')),
  join: (list, by) => limited(list.map(string).join(string(by))),
  regex: (v, pattern) => matches(string(v), pattern),
  number,
  int: ofNumber(trunc),
  round,
  floor: ofNumber(floor),
  abs: ofNumber(abs),
  pow,
  sqrt: ofNumber(sqrt),
  sum,
  mean: list => divided(sum(list), numbers(list).length),
  min: list => functions.at(sorted(list), 0),
  max: list => functions.at(sorted(list).reverse(), 0),
  date: v => date(secondsOf(v)),
  'date-time': v => dateTime(secondsOf(v)),
  'decimal-date-time': v => filled(number(v)) ? number(v) : divided(moment(v), DAY),
  format,
  days: span((a, b) => (b - a) / DAY),
  months: span(months),
};

// What needs the context `c`, or not all of its arguments; `a` are the answers.
const special = {
  and: (a, c, ...x) => x.every(part => truthy(value(part, a, c))),
  or: (a, c, ...x) => x.some(part => truthy(value(part, a, c))),
  if: (a, c, condition, yes, no) => value(truthy(value(condition, a, c)) ? yes : no, a, c),
  coalesce: (a, c, part, ...x) => {
    const found = value(part, a, c);
    return filled(found) ? found : x.length ? special.coalesce(a, c, ...x) : null;
  },
  given: (a, c, name) => tidy(c[name]),
  label: (a, c, v, item) => {
    const named = c.labels[item] || {}, chosen = elements(value(v, a, c)).map(string);
    return chosen.map(one => isText(named[one]) ? named[one] : one).join(', ') || null;
  },
  lookup: (a, c, list, where, column, size) => {
    const rows = entries(c.lists[list]);
    return rows.length * size > MANY ? null
      : tidy((rows.find(row => truthy(value(where, a, { ...c, row }))) || {})[column]);
  },
  // Of those elements for which `where` holds.
  over: (a, c, name, source, where, size) => {
    const values = elements(value(source, a, c)), { col } = source, rows = col && entries(a[col[0]]);
    if (values.length * size > MANY) return null;
    const kept = values.filter((one, i) => truthy(value(where,
      { ...a, ...rows && rows[i], '.': rows ? rows[i][col[1]] : one }, { ...c, position: i + 1 })));
    return name == 'share' ? divided(flat(kept).length, flat(values).length) : functions[name](kept);
  },
};
const entries = v => isArray(v) ? v.filter(isEntry) : [];
const cell = v => isArray(v) ? string(v) : v;

const value = (node, a, c) => {
  if (isArray(node)) {
    const [name, ...x] = node;
    return special[name] ? special[name](a, c, ...x) : functions[name](...x.map(part => value(part, a, c)));
  }
  const { ref, col, field, ext, re } = node;
  return ref ? tidy(a[ref])
    : col ? entries(a[col[0]]).map(entry => cell(tidy(entry[col[1]])))
    : field ? tidy(c.row[field])
    : ext ? tidy(c.outside[ext])
    : re || node;
};

// Returns the value of a tree: null, true or false, a number, a text or a list.
export const evaluate = (tree, answers, context = {}) => {
  try {
    return value(tree, answers, { labels: {}, lists: {}, row: {}, outside: {}, ...context });
  } catch (wrong) {
    return null;
  }
};
