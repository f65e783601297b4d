// The switch for messages to this device. What its state is only the browser knows. On other pages only says once more
// that this device listens.
(() => {
  const box = document.getElementById('push') ?? document.createElement('div'), { key } = box.dataset;
  const csrf = document.querySelector('[name=csrf]').value;
  const show = (state) => box.querySelectorAll('[data-is]').forEach((e) => { e.hidden = !e.dataset.is.split(' ').includes(state); });
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const post = async (where, fields) => {
    if (!(await fetch(where, { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) })).ok) throw 0;
  };
  const tell = async (subscription) => {
    const { endpoint, keys } = subscription.toJSON();
    await post('/notices/devices', { endpoint, p256dh: keys.p256dh, auth: keys.auth });
  };
  if (!('PushManager' in window) || !navigator.serviceWorker) return show('unable');
  const worker = navigator.serviceWorker.ready;
  const look = async () => {
    if (Notification.permission === 'denied') return show('denied');
    let now = await (await worker).pushManager.getSubscription();
    // made for another key of the server: nothing would come
    const its = now && new Uint8Array(now.options.applicationServerKey), wanted = bytes(key ?? '');
    if (now && key && (its.length !== wanted.length || its.some((b, i) => b !== wanted[i]))) {
      await now.unsubscribe();
      now = null;
    }
    if (now) await tell(now);
    show(now ? 'on' : 'off');
  };
  const fail = () => show('failed');
  box.addEventListener('click', async ({ target }) => {
    const { act } = target.dataset;
    if (!act) return;
    try {
      const { pushManager } = await worker;
      if (act === 'on') await tell(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
      else {
        const now = await pushManager.getSubscription();
        if (now) {
          await post('/notices/devices/remove', { endpoint: now.endpoint });
          await now.unsubscribe();
        }
      }
      await look();
    } catch {
      if (Notification.permission === 'denied') show('denied'); else fail();
    }
  });
  look().catch(fail);
})();
