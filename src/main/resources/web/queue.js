// Sales that wait on this phone until the server has them, each once, whoever sends it and however often. For pages
// and for the worker. A sale: {id, shop, fields, at, reason}; reason is the server's, where it refused the sale.
globalThis.sales ??= (() => {
  const channel = new BroadcastChannel('sales');
  const store = (mode, work) => new Promise((done, failed) => {
    const opening = indexedDB.open('sales', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('waiting', { keyPath: 'id' });
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const db = opening.result, tx = db.transaction('waiting', mode);
      const answer = work(tx.objectStore('waiting'));
      tx.oncomplete = () => { db.close(); done(answer?.result); };
      tx.onerror = tx.onabort = () => { db.close(); failed(tx.error); };
    };
  });
  const all = async () => (await store('readonly', (s) => s.getAll())).sort((a, b) => a.at - b.at);
  const change = async (work) => { await store('readwrite', work); channel.postMessage('changed'); };
  const drop = (id) => change((s) => s.delete(id));
  // one that was discarded meanwhile stays away
  const refuse = (id, reason) => change((s) => {
    s.get(id).onsuccess = (e) => e.target.result && s.put({ ...e.target.result, reason });
  });

  // The day it is now in a zone; on this phone where the shop's is not known.
  const today = (zone) => new Date().toLocaleDateString('sv', { timeZone: zone || undefined });

  const keep = async (sale) => {
    await change((s) => s.put(sale));
    const ready = globalThis.registration ? Promise.resolve(registration) : navigator.serviceWorker?.ready;
    ready?.then((r) => r.sync?.register('sales')).catch(() => {});
  };

  const ask = (path, options) => fetch(path, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(20000), ...options });
  const sendAll = async () => {
    const waiting = (await all()).filter((s) => !s.reason);
    if (!waiting.length) return;
    const who = await ask('/sales/token');
    // nobody is signed in: they wait for their owner
    if (!who.ok) return;
    const { csrf, shop } = await who.json();
    let failure;
    for (const { id, fields } of waiting.filter((s) => s.shop === shop)) {
      try {
        const answer = await ask('/sales/offline', { method: 'POST', body: new URLSearchParams({ ...fields, id, shop, csrf }) });
        if (answer.ok) await drop(id);
        else if (answer.status === 400 || answer.status === 409) await refuse(id, (await answer.json()).reason);
        else failure = new Error('status ' + answer.status);
      } catch (e) {
        failure = e;
      }
    }
    if (failure) throw failure;
  };
  // one after another, also between tabs and the worker
  const send = () => navigator.locks ? navigator.locks.request('sales', sendAll) : sendAll();

  // Before the shop leaves this browser: what waits is sent, else its owner decides. Null to stay, else how many
  // sales of other shops wait here.
  const leave = async (shop, question) => {
    await Promise.race([send().catch(() => {}), new Promise((r) => setTimeout(r, 5000))]);
    const waiting = await all(), mine = waiting.filter((s) => s.shop === shop);
    if (mine.length && !confirm(question.replace('#', mine.length))) return null;
    for (const sale of mine) await drop(sale.id);
    for (const name of ['shop', 'zone']) localStorage.removeItem(name);
    return waiting.length - mine.length;
  };

  return { all, today, keep, drop, send, leave };
})();
