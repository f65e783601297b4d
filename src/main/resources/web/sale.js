// The entry of sales where there is no network, and the list of those that wait on this phone.
(() => {
  const form = document.querySelector('form[data-entry]'), field = (name) => form.elements[name];
  const box = document.getElementById('waiting'), row = box.querySelector('template');
  const channel = new BroadcastChannel('sales');
  const newId = () => crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);
  const shop = () => (form && field('shop')?.value) || localStorage.shop;
  const read = () => {
    const { csrf, id, shop: _, zone, ...fields } = Object.fromEntries(new FormData(form));
    // the day on which it was typed, not the day on which it is sent
    fields.date ||= sales.today(zone || localStorage.zone);
    return { id, shop: shop(), fields, at: Date.now() };
  };
  // without the choice among customers that belonged to what stood here before
  const put = (fields, id) => {
    form.querySelector('fieldset')?.remove();
    for (const name of ['customer', 'amount', 'product']) field(name).value = fields[name] ?? '';
    field('date').value = fields.date ?? '';
    field('id').value = id;
    field('customer').focus();
  };
  const fill = (sale) => {
    put(sale.fields, sale.id);
    if (sale.fields.product || sale.reason) form.querySelector('details').open = true;
  };
  // a name that runs from right to left turns nothing else round
  const what = ({ fields }) => ['\u2068' + fields.customer + '\u2069', fields.amount, fields.date].filter(Boolean).join(', ');
  // says that this phone has no room, and for which sale; without one it says nothing
  const notKept = (sale) => {
    const box = document.getElementById('not_kept');
    box.querySelector('bdi').textContent = sale;
    box.hidden = sale === undefined;
  };
  // whom the first letters may mean: options that the browser shows under the field
  const suggest = (input) => {
    const list = document.createElement('datalist');
    let pause;
    list.id = 'known';
    input.after(list);
    input.setAttribute('list', list.id);
    input.addEventListener('input', () => {
      clearTimeout(pause);
      const text = input.value.trim();
      if (text) pause = setTimeout(async () => {
        const answer = await fetch('/sales/customers?search=' + encodeURIComponent(text), { redirect: 'manual' }).catch(() => null);
        if (answer?.ok && input.value.trim() === text) list.innerHTML = await answer.text();
      }, 250);
    });
  };
  // a server page brings its token; the page kept for times without network does not
  const online = () => field('csrf') && navigator.onLine;

  const show = async () => {
    const mine = (await sales.all()).filter((s) => s.shop === shop());
    box.hidden = !mine.length;
    box.querySelector('ul').replaceChildren(...mine.map((sale) => {
      const li = row.content.firstElementChild.cloneNode(true), part = (name) => li.querySelector(name);
      part('[data-what]').textContent = what(sale);
      if (sale.reason) {
        part('.badge').hidden = true;
        part('.problem').textContent = sale.reason;
        part('div').hidden = false;
        // the server's page knows customers of one name apart
        part('[data-correct]').onclick = () => form && (field('csrf') || !navigator.onLine) ? fill(sale) : location.assign('/sales/new?correct#' + sale.id);
      }
      part('[data-discard]').onclick = () => confirm(box.dataset.ask) && sales.drop(sale.id);
      return li;
    }));
  };
  channel.onmessage = show;

  if (form) {
    if (!field('csrf')) {
      field('id').value = newId();
      document.getElementById('kept').hidden = location.search !== '?kept';
      document.getElementById('nobody').hidden = !!shop();
      form.querySelector('button').disabled = !shop();
    } else {
      try { localStorage.zone = field('zone').value; } catch { /* a browser that keeps nothing */ }
      suggest(field('customer'));
    }
    form.addEventListener('submit', async (e) => {
      if (online()) return;
      e.preventDefault();
      const sale = read();
      // at once, so that neither a second tap nor the next sale meets this one
      put({}, newId());
      try {
        await sales.keep(sale);
      } catch {
        // back into the form, unless the next one is half typed there by now: the sentence holds this one
        if (!['customer', 'amount', 'product'].some((name) => field(name).value)) fill(sale);
        return notKept(what(sale));
      }
      notKept();
      const kept = document.getElementById('kept');
      if (kept) kept.hidden = false;
      sales.send().catch(() => {});
    });

    // the worker could not keep it either: the form is as it was
    navigator.serviceWorker?.addEventListener('message', (e) => e.data === 'not kept' && notKept(''));

    // corrected and stored
    const saved = document.getElementById('saved')?.dataset.id;
    if (saved) sales.drop(saved);
    const wanted = location.hash.slice(1);
    if (wanted) sales.all().then((all) => all.find((s) => s.id === wanted && s.shop === shop())).then((s) => s && fill(s));
  }

  show();
  const send = () => sales.send().catch(() => setTimeout(send, 30000));
  addEventListener('online', send);
  send();
})();
