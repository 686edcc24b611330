// What is typed into a form, kept on the device until it is sent: one record for each page, under the
// key that its answers will be sent with. Files are not kept.
import { shelf } from '../shelf.js';

const { all, ...kept } = shelf('surveyapp');
export const keep = kept.keep;
export const drop = kept.drop;
export const wipe = kept.wipe;

// Returns the drafts of one form and version that no open page is writing, the latest first, and
// drops those whose time is over.
export const waiting = (place, version, now) => all()
  .then(drafts => alive().then(busy => {
    drafts.filter(draft => draft.until < now).forEach(draft => drop(draft.key));
    return drafts
      .filter(draft => draft.place == place && draft.version == version && draft.until >= now && !busy.includes(draft.key))
      .sort((a, b) => b.at - a.at);
  }));

// A page holds a lock while it lives, so that another page of the same form leaves its draft alone.
export const hold = key => {
  if (navigator.locks) navigator.locks.request(key, () => new Promise(() => {})).catch(() => {});
};
const alive = () => navigator.locks
  ? navigator.locks.query().then(({ held }) => held.map(lock => lock.name), () => []) : Promise.resolve([]);
