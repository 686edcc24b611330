// Keeps what is typed on the device until it is sent. A page has one record, under the key that its
// answers will be sent with; files are not kept. IndexedDB, for a record there outlives a killed
// browser, which one in localStorage does not for some seconds. It is opened anew for each step:
// some browsers close it behind our back.
const NAME = 'surveyapp', STORE = 'drafts';

const opened = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'key' });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = asked.onblocked = () => reject(asked.error);
});

// Does one thing with the store and returns what came of it when that is on the disk's way.
const within = (mode, work) => opened().then(database => new Promise((resolve, reject) => {
  const transaction = database.transaction(STORE, mode), asked = work(transaction.objectStore(STORE));
  transaction.oncomplete = () => { database.close(); resolve(asked.result); };
  transaction.onerror = transaction.onabort = () => { database.close(); reject(transaction.error); };
}));

export const keep = draft => within('readwrite', store => store.put(draft));
export const drop = key => within('readwrite', store => store.delete(key));
export const wipe = () => within('readwrite', store => store.clear());

// Returns the drafts of one form and version that no open page is writing, the latest first, and
// drops those whose time is over.
export const waiting = (place, version, now) => within('readonly', store => store.getAll())
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
