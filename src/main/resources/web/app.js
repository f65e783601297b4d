// What every page needs and no more. htmx comes after the first paint, and only where a page uses it.
(() => {
  const self = document.currentScript.dataset, nonce = document.currentScript.nonce;
  const notice = (text, action) => {
    const box = document.getElementById('notice');
    box.textContent = text;
    if (action) box.append(' ', action);
    box.hidden = !text;
  };

  const loadHtmx = () => {
    if (!document.querySelector('[hx-get],[hx-post]')) return;
    const script = document.createElement('script');
    script.src = self.htmx;
    script.nonce = nonce;
    document.head.append(script);
  };
  if (document.readyState === 'complete') loadHtmx();
  else addEventListener('load', () => requestAnimationFrame(() => setTimeout(loadHtmx)));

  // The server is gone: say so, and try again until it answers.
  const tell = (what) => document.body.dispatchEvent(new CustomEvent(what));
  const ask = async () => {
    if (!(await fetch('/api/health', { cache: 'no-store', signal: AbortSignal.timeout?.(8000) })).ok) throw 0;
  };
  let retry;
  const away = () => {
    notice(document.querySelector('form[data-away]')?.dataset.away ?? self.away);
    clearTimeout(retry);
    retry = setTimeout(() => ask().then(() => { notice(''); tell('back'); }, away), 4000);
  };
  addEventListener('offline', away);
  document.addEventListener('htmx:sendError', away);
  document.addEventListener('htmx:timeout', away);
  document.addEventListener('htmx:responseError', (e) => e.detail.xhr.status >= 500 && away());

  // A button pressed twice sends once. With the page what was typed would go: the worker leaves the page where it is when
  // a form doesn't come through; as long as there is none, the server is asked first. Coming back by the browser's button
  // makes a form usable again.
  const usable = () => document.querySelectorAll('form[data-sent]').forEach((f) => delete f.dataset.sent);
  const workers = navigator.serviceWorker;
  let keeps = false;
  const meet = () => { keeps = false; workers.controller?.postMessage('keeps?'); };
  workers?.addEventListener('message', ({ data }) => {
    if (data === 'keeps') keeps = true;
    if (data === 'away') { usable(); away(); }
  });
  workers?.addEventListener('controllerchange', meet);
  if (workers) meet();
  addEventListener('submit', (e) => {
    const form = e.target, { sent } = form.dataset;
    if (e.defaultPrevented || form.getAttribute('method') !== 'post') return;
    if (sent === 'yes') return e.preventDefault();
    form.dataset.sent = 'yes';
    const again = () => delete form.dataset.sent;
    if (sent || keeps) return setTimeout(again, 8000);
    e.preventDefault();
    ask().then(() => {
      form.dataset.sent = 'now';
      form.requestSubmit(e.submitter);
    }, () => { again(); away(); form.dispatchEvent(new Event('unsent')); });
  });
  addEventListener('pageshow', usable);

  // What changes on the server: elements with hx-trigger="live-import from:body" and the like load themselves again.
  const live = document.querySelector('[data-live]');
  if (live) {
    let source, seen, wait = 2000;
    const open = () => {
      // who was never told and is no longer fresh knows nothing
      const known = seen || (performance.now() > 50000 ? '-' : '');
      source = new EventSource('/live' + (known && '?seen=' + encodeURIComponent(known)));
      source.onmessage = (e) => {
        seen = e.lastEventId;
        wait = 2000;
        tell('live-' + e.data);
      };
      // the browser comes back by itself, but not from an answer that was no stream
      source.onerror = () => {
        if (source.readyState !== 2) return;
        source = null;
        setTimeout(look, wait = Math.min(2 * wait, 60000));
      };
    };
    const look = () => {
      if (document.hidden) { source?.close(); source = null; } else if (!source) open();
    };
    document.addEventListener('visibilitychange', look);
    // not before there is somebody to hear it
    document.addEventListener('htmx:load', look, { once: true });
    const unread = document.getElementById('unread');
    document.body.addEventListener('live-notice', async () => {
      const answer = await fetch('/notices/unread').catch(() => 0);
      if (!unread || !answer.ok) return;
      const count = await answer.text();
      unread.textContent = count;
      unread.hidden = count === '0';
    });
  }

  // The menu closes as menus do: by the Escape key and by a tap beside it.
  const menu = document.getElementById('menu');
  const close = () => { menu.open = false; };
  if (menu) {
    document.addEventListener('click', (e) => menu.contains(e.target) || close());
    menu.addEventListener('keydown', (e) => {
      if (e.key !== 'Escape') return;
      close();
      menu.querySelector('summary').focus();
    });
  }

  // What was opened stays open when a part of the page comes anew; htmx keeps the focus. The menu is in none of them, and
  // may be closed meanwhile.
  let opened = [];
  document.addEventListener('htmx:beforeSwap', () => opened = [...document.querySelectorAll('details[id][open]:not(#menu)')].map((d) => d.id));
  document.addEventListener('htmx:afterSettle', () => opened.forEach((id) => document.getElementById(id)?.setAttribute('open', '')));

  // Sales typed without network wait on this phone: sent when a page opens or the network is back, asked about before
  // their shop leaves this browser.
  if (self.shop) {
    const queue = () => globalThis.sales ?? new Promise((done, failed) => {
      const script = Object.assign(document.createElement('script'), { src: self.queue, nonce, onerror: failed });
      script.onload = () => done(globalThis.sales);
      document.head.append(script);
    });
    // who never kept a sale here needs no script for it
    const everKept = async () => !indexedDB.databases || (await indexedDB.databases()).some((d) => d.name === 'sales');
    const send = async () => {
      try {
        if (await everKept()) await (await queue()).send();
      } catch { /* next time */ }
    };
    try {
      if (localStorage.shop !== self.shop) {
        localStorage.removeItem('zone');
        // what is told to the shop that was here before is not for these eyes
        workers?.ready.then(async (r) => (await r.pushManager?.getSubscription())?.unsubscribe()).catch(() => {});
      } else if (window.Notification?.permission === 'granted' && !sessionStorage.told && !document.getElementById('push')) {
        // goes on with the session that is now
        sessionStorage.told = 'yes';
        document.head.append(Object.assign(document.createElement('script'), { src: self.notices, nonce }));
      }
      localStorage.shop = self.shop;
    } catch { /* a browser that keeps nothing */ }
    addEventListener('load', () => setTimeout(send));
    addEventListener('online', send);
    document.addEventListener('submit', async (e) => {
      const form = e.target;
      if (!form.matches('[data-logout]')) return;
      e.preventDefault();
      if (form.dataset.sent) return;
      form.dataset.sent = 'yes';
      const again = () => delete form.dataset.sent;
      // whoever can't be logged out keeps what waits here
      if (!await ask().then(() => true, () => false)) { again(); return away(); }
      const others = await Promise.resolve(queue()).then((q) => q.leave(self.shop, self.leave)).catch(() => 0);
      if (others === null) return again();
      if (others) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'keep', value: 'yes' }));
      form.submit();
    });
  }

  if (self.worker && 'serviceWorker' in navigator) addEventListener('load', () => {
    const fresh = (worker) => worker && navigator.serviceWorker.controller && notice(self.update, Object.assign(
      document.createElement('button'), { className: 'btn', textContent: self.reload, onclick: () => {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
        worker.postMessage('take over');
      } }));
    navigator.serviceWorker.register(self.worker).then((r) => {
      fresh(r.waiting);
      r.active?.postMessage({ look: self.look });
      r.addEventListener('updatefound', () => {
        const worker = r.installing;
        worker.addEventListener('statechange', () => worker.state === 'installed' && fresh(worker));
      });
    }).catch(() => {});
  });
})();
