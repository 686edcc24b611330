// What is visible for these answers: the twin of questionnaires/path.py, in the same order.
import { evaluate, truthy } from '../expressions.js';
import { read, seen } from './reading.js';

const missing = value => value === null || value === undefined || value === '';

// One filling of a set of items: the whole form, or one entry of a repeated section.
class Scope {
  constructor(data, place, sheet, known, whole) {
    Object.assign(this, { data, place, sheet, known, whole: whole || this });
    this.visible = new Set();
    this.readable = {};
  }

  seen() {
    return this.place ? { ...this.whole.readable, ...this.readable } : this.readable;
  }

  // `more` is what an expression reads besides the answers: the item's own, an option's.
  value(tree, item, more) {
    if (tree && tree.after) {
      tree.after.forEach(section => this.whole.reached(section));
      return this.value(tree.tree, item, more);
    }
    return evaluate(tree, { ...this.seen(), ...more }, { ...this.known, ...this.data.drawn[this.place + item] });
  }

  holds(tree, item, more) {
    return truthy(this.value(tree, item, more));
  }

  settle(item) {
    if (item.relevant !== undefined && !this.holds(item.relevant, item.id)) return;
    this.visible.add(item.id);
    const answer = item.calculate === undefined
      ? this.sheet.seen[item.id] : this.value(item.calculate, item.id);
    if (answer !== null && answer !== undefined) this.readable[item.id] = answer;
  }

  // Says whether the other answers leave an option of an item.
  offers(item, option) {
    const answers = this.seen(), { carry, filter } = item;
    const chosen = carry && answers[carry.item];
    if (carry && !option.stays && !missing(chosen) && chosen.length !== 0
      && [].concat(chosen).includes(option.value) !== carry.chosen) return false;
    return !filter || filter.reads.some(name => missing(answers[name]))
      || this.holds(filter.tree, `${item.id}/${option.value}`, option.own);
  }
}

export const Logic = class extends Scope {
  // `get` gives the values of a control; `counts` maps a repeated section to its entries.
  constructor(data, get, counts) {
    super(data, '', sheetOf(data, data.items.filter(item => !data.sections[item.section].repeat), '', get), data.known);
    this.found = [];
    this.entries = data.sections.map((section, n) => {
      if (!section.repeat) return [this];
      let filled = 0;
      const items = data.items.filter(item => item.section == n);
      return [...Array(counts[section.id] || 0)].map((_, row) => {
        const sheet = sheetOf(data, items, `${section.id}.${row}.`, get), number = filled + 1;
        if (!sheet.blank) filled++;
        return new Scope(data, `${section.id}.${number}.`, sheet, { ...data.known, position: number }, this);
      });
    });
    data.items.forEach(item => {
      if (!this.reached(item.section)) return;
      const scopes = this.entries[item.section];
      let left = item.cap;
      scopes.forEach(scope => scope.settle(item));
      if (left !== undefined) scopes.filter(({ readable }) => item.id in readable).forEach(({ readable }) => {
        left -= readable[item.id] = Math.min(readable[item.id], left);
      });
    });
  }

  // Says whether a section is asked: its condition holds and no jump leaves it out.
  reached(n) {
    if (this.found[n] === undefined) {
      this.found[n] = false; // while it is being found out
      this.found[n] = this.asks(n);
      const { id, repeat } = this.data.sections[n];
      if (repeat) {
        const filled = this.entries[n].filter(entry => !entry.sheet.blank);
        this.readable[id] = this.found[n] ? filled.map(entry => entry.readable) : [];
      }
    }
    return this.found[n];
  }

  asks(n) {
    const { id, relevant } = this.data.sections[n];
    if (relevant !== undefined && !this.holds(relevant, id)) return false;
    return !this.data.sections.slice(0, n).some(({ jump }, m) =>
      jump && jump.some(([to]) => to > n) && this.reached(m) && this.next(m) > n);
  }

  next(n) {
    const { id, jump } = this.data.sections[n];
    const taken = jump.find(([, when]) => when === null || this.holds(when, id));
    return taken ? taken[0] : n + 1;
  }

  // Returns how many entries other answers say there are, or null when that is open.
  wanted({ id, repeat }) {
    const counted = repeat && repeat.count !== undefined ? this.value(repeat.count, id) : null;
    return counted === null ? null : Math.max(0, Math.min(repeat.max, Math.trunc(counted)));
  }
};

// Reads one filling: `read` is what came of each item, `seen` what conditions see.
const sheetOf = (data, items, prefix, get) => {
  const sheet = { read: {}, seen: {}, blank: true };
  items.forEach(item => {
    if (item.given !== undefined) sheet.seen[item.id] = item.given;
    const name = prefix + item.id;
    const under = part => get(name + part);
    const found = sheet.read[item.id] = read(item, under);
    if (found.value !== undefined) sheet.seen[item.id] = seen(item, found.value);
    if (found.code || found.value !== undefined) sheet.blank = false;
  });
  return sheet;
};
