// The entry of sales where there is no network, and the list of those that wait on this phone.
(() => {
  const form = document.querySelector('form[data-entry]'), field = (name) => form.elements[name];
  const box = document.getElementById('waiting'), row = box.querySelector('template');
  const channel = new BroadcastChannel('sales');
  const newId = () => crypto.randomUUID?.() ?? URL.createObjectURL(new Blob()).slice(-36);
  const shop = () => (form && field('shop')?.value) || localStorage.shop;
  const read = () => {
    const { csrf, id, shop: _, ...fields } = Object.fromEntries(new FormData(form));
    return { id, shop: shop(), fields, at: Date.now() };
  };
  // without the choice among customers that belonged to what stood here before
  const put = (fields, id) => {
    form.querySelector('fieldset')?.remove();
    for (const name of ['customer', 'amount', 'product']) field(name).value = fields[name] ?? '';
    field('date').value = fields.date ?? field('date').defaultValue;
    field('id').value = id;
    field('customer').focus();
  };
  const fill = (sale) => {
    put(sale.fields, sale.id);
    if (sale.fields.product || sale.reason) form.querySelector('details').open = true;
  };
  // a server page brings its token; the page kept for times without network does not
  const online = () => field('csrf') && navigator.onLine;

  const show = async () => {
    const mine = (await sales.all()).filter((s) => s.shop === shop());
    box.hidden = !mine.length;
    box.querySelector('ul').replaceChildren(...mine.map((sale) => {
      const li = row.content.firstElementChild.cloneNode(true), part = (name) => li.querySelector(name);
      part('[data-what]').textContent = [sale.fields.customer, sale.fields.amount, sale.fields.date].filter(Boolean).join(', ');
      if (sale.reason) {
        part('.badge').hidden = true;
        part('.problem').textContent = sale.reason;
        part('div').hidden = false;
        part('[data-correct]').onclick = () => form ? fill(sale) : location.assign('/sales/new#' + sale.id);
      }
      part('[data-discard]').onclick = () => confirm(box.dataset.ask) && sales.drop(sale.id);
      return li;
    }));
  };
  channel.onmessage = show;

  if (form) {
    if (!field('csrf')) {
      const now = new Date();
      field('id').value = newId();
      field('date').value = field('date').defaultValue = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
      document.getElementById('kept').hidden = location.search !== '?kept';
      document.getElementById('nobody').hidden = !!shop();
      form.querySelector('button').disabled = !shop();
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
        return fill(sale);
      }
      const kept = document.getElementById('kept');
      if (kept) kept.hidden = false;
      sales.send().catch(() => {});
    });

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
