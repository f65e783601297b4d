// Keeps what belongs to nobody (styles, scripts, icons, an empty form for sales), and serves it where the network is
// gone. Pages of a shop are never kept. VERSION and FILES stand before this.
const CACHE = 'sma-' + VERSION, OFFLINE = '/sales/offline', PATIENCE = 200;

addEventListener('install', (e) => e.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES))));
addEventListener('activate', (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('sma-') && name !== CACHE) await caches.delete(name);
  await clients.claim();
})()));
addEventListener('message', (e) => {
  if (e.data === 'take over') skipWaiting();
  else if (e.data.look) e.waitUntil(dress(e.data.look));
  else if (e.data === 'keeps?') e.source.postMessage('keeps');
});
addEventListener('push', (e) => {
  const { title, text, path } = e.data?.json() ?? {};
  const icon = FILES.find((f) => f.includes('icon-192'));
  e.waitUntil(registration.showNotification(title ?? 'Smart Marketing Agent', { body: text, data: path, icon }));
});
addEventListener('notificationclick', (e) => {
  e.notification.close();
  e.waitUntil(clients.openWindow(e.notification.data ?? '/notices'));
});
addEventListener('sync', (e) => e.tag === 'sales' && e.waitUntil(sales.send()));

// The form speaks the language, and has the colours, of the pages: where these changed, it comes anew.
const dress = async (look) => {
  const cache = await caches.open(CACHE), kept = await cache.match(OFFLINE, { ignoreVary: true });
  if (!(await kept?.text())?.includes(`data-look="${look}"`)) await cache.add(OFFLINE);
};

const offline = async () => (await caches.match(OFFLINE, { ignoreVary: true })) ?? Response.error();

// A slow network must not keep a customer waiting: the form is here.
const entry = (request) => Promise.race([
  fetch(request), new Promise((late) => setTimeout(() => late(offline()), PATIENCE))]).catch(offline);

// A sale that doesn't come through is kept, also where the server could not take it now: another session, too many
// requests, a fault. Perhaps it did take it and only the answer was lost: the sale has an id.
const save = async (request, client) => {
  const { csrf, id, shop, zone, ...fields } = Object.fromEntries(await request.clone().formData());
  // the day on which it was typed, not the day on which it is sent
  fields.date ||= sales.today(zone);
  let answer;
  try {
    answer = await fetch(request);
    if (answer.status < 500 && answer.status !== 403 && answer.status !== 429) return answer;
  } catch { /* kept below */ }
  try {
    await sales.keep({ id, shop, fields, at: Date.now() });
  } catch {
    if (answer) return answer;
    // no room: the page stays as it is, with what was typed
    (await clients.get(client))?.postMessage('not kept');
    return new Response(null, { status: 204 });
  }
  return Response.redirect(OFFLINE + '?kept', 303);
};

// Any other form that doesn't come through leaves its page as it is, with what was typed.
const send = async (request, client) => {
  try {
    const answer = await fetch(request);
    // a proxy before a server that is gone; our own pages carry a policy
    if (![502, 503, 504].includes(answer.status) || answer.headers.has('content-security-policy')) return answer;
  } catch { /* the same */ }
  (await clients.get(client))?.postMessage('away');
  return new Response(null, { status: 204 });
};

addEventListener('fetch', (e) => {
  const { request } = e, { origin, pathname, search } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) {
    e.respondWith(caches.match(request, { ignoreVary: true }).then((hit) => hit ?? fetch(request)));
  } else if (request.mode === 'navigate' && request.method === 'GET') {
    e.respondWith(pathname === '/sales/new' && !search ? entry(request) : fetch(request).catch(offline));
  // not leaving: its answer takes away all that is kept here, and waits for us
  } else if (request.mode === 'navigate' && request.method === 'POST' && pathname !== '/logout') {
    e.respondWith(pathname === '/sales' ? save(request, e.clientId) : send(request, e.clientId));
  }
});
