// Keeps records on the device, each under its `key`. IndexedDB, for a record there outlives a killed
// browser, which one in localStorage does not for some seconds. It is opened anew for each step:
// some browsers close it behind our back.
const STORE = 'drafts';

export const shelf = name => {
  const opened = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
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
  return {
    keep: record => within('readwrite', store => store.put(record)),
    drop: key => within('readwrite', store => store.delete(key)),
    wipe: () => within('readwrite', store => store.clear()),
    all: () => within('readonly', store => store.getAll()),
  };
};
