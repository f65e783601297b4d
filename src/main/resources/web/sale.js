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
  const lang = document.documentElement.lang;
  const dayOf = (day) => {
    const [year, , date] = day.split('-'), month = new Date(day);
    return isNaN(month) ? day : [+date, month.toLocaleDateString(lang, { month: 'short', timeZone: 'UTC' }), year].join(' ');
  };

  // An amount as people write it, in rupiah. Undefined for what can't be one; NaN where only the server can say.
  const SUM = /^\(?[-+−–]?\s*(?:rp\.?|idr)?\s*[-+−–]?\s*([\d.,\s]*\d[\d.,\s]*?)\s*(ribu|rb|k|juta|jt|miliar|milyar)?\s*(?:[.,]-)?\s*(?:rupiah|idr)?\s*\)?$/iu;
  const rupiah = (text) => {
    const found = SUM.exec(text.trim());
    if (!found) return undefined;
    const number = found[1].trim(), point = number.lastIndexOf('.'), comma = number.lastIndexOf(',');
    const zeros = { r: 3, k: 3, j: 6, m: 9 }[found[2]?.[0].toLowerCase()] ?? 0;
    let mark = Math.max(point, comma);
    const several = number.indexOf(number[mark]) < mark;
    if (mark < 0 || (Math.min(point, comma) < 0 && (several || /^[1-9]\d{0,2}\.\d{3}$/.test(number)))) mark = number.length;
    const whole = number.slice(0, mark), rest = number.slice(mark + 1);
    if (!/^(\d+|\d{1,3}([., \u00a0\u202f])\d{3}(\2\d{3})*)$/.test(whole) || (mark < number.length && !/^\d+$/.test(rest))
      || rest.length > zeros + 2) return NaN;
    const sum = Number(whole.replace(/\D/g, '') + rest + 'e' + (zeros - rest.length));
    return /^(\(|\D*[-−–])/.test(text.trim()) ? -sum : sum;
  };
  const money = (text) => {
    const sum = rupiah(text), decimals = sum % 1 ? 2 : 0;
    return Number.isFinite(sum)
      ? (sum < 0 ? '−Rp' : 'Rp') + Math.abs(sum).toLocaleString('id', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
      : text;
  };

  // Digits alone are a number that somebody has: a mobile one of ours, or any from abroad.
  const noPhone = (text) => {
    if (/\p{L}/u.test(text) || !/\d/.test(text)) return false;
    const digits = text.replace(/^([^.]*)\.0\D*$/, '$1').replace(/\D/g, ''), number = digits.replace(/^00/, '');
    const abroad = (/^\D*\+/.test(text) || number !== digits) && !number.startsWith('62');
    return abroad ? number.length < 7 || number.length > 15 : !/^(62)?0?8[1-35-9]\d{7,10}$/.test(number);
  };

  // What the server is certain to refuse is said at once, in its words; all else is its to judge.
  const words = document.getElementById('wrong')?.dataset;
  const wrong = () => {
    const [customer, amount, date] = ['customer', 'amount', 'date'].map((name) => field(name).value.trim());
    const sum = rupiah(amount), today = sales.today(field('zone')?.value || localStorage.zone);
    const about = (sentence, text) => sentence.replace('#', () => text);
    return {
      customer: customer ? noPhone(customer) && about(words.phone, customer) : words.nobody,
      amount: sum === 0 || /^[-–—−]?$/.test(amount) ? words.nothing
        : sum === undefined ? about(words.amount, amount) : sum >= 1e13 ? about(words.large, amount)
          : sum % 1 && Math.abs(sum) < 100 ? about(words.sen, amount) : sum < 0 && words.negative,
      // a server that can be asked knows better than this phone's clock
      date: !online() && date > today && about(words.future, dayOf(today)),
    };
  };
  const say = (name, sentence) => {
    const input = field(name), id = name + '_problem';
    document.getElementById(id)?.remove();
    for (const mark of ['aria-invalid', 'aria-describedby']) input.removeAttribute(mark);
    if (!sentence) return;
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', id);
    input.parentNode.append(Object.assign(document.createElement('p'), { id, className: 'problem', textContent: sentence }));
  };
  // whether all can be used; else the first field that can't has the focus, and its sentence
  const usable = () => {
    const all = Object.entries(wrong()), first = all.find(([, sentence]) => sentence)?.[0];
    for (const [name, sentence] of all) say(name, sentence);
    if (first === 'date') form.querySelector('details').open = true;
    if (first) field(first).focus();
    return !first;
  };

  // without the choice among customers that belonged to what stood here before
  const put = (fields, id) => {
    form.querySelector('fieldset')?.remove();
    for (const name of ['customer', 'amount', 'product', 'date']) {
      field(name).value = fields[name] ?? '';
      say(name);
    }
    field('id').value = id;
    field('customer').focus();
  };
  const fill = (sale) => {
    put(sale.fields, sale.id);
    if (sale.fields.product || sale.reason) form.querySelector('details').open = true;
  };
  // a name that runs from right to left turns nothing else round
  const what = ({ fields }) => ['\u2068' + fields.customer + '\u2069', money(fields.amount), dayOf(fields.date ?? '')].filter(Boolean).join(', ');
  // says that this phone has no room, and for which sale; without one it says nothing
  const notKept = (sale) => {
    const box = document.getElementById('not_kept');
    box.querySelector('bdi').textContent = sale;
    box.hidden = sale === undefined;
    if (sale !== undefined) document.getElementById('kept').hidden = true;
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
    const kept = document.getElementById('kept');
    form.addEventListener('submit', async (e) => {
      const good = usable();
      if (good && online()) return;
      e.preventDefault();
      if (good) store();
      else kept.hidden = true;
    });
    // no worker, and the server doesn't answer: as without network
    form.addEventListener('unsent', () => store());
    const store = async () => {
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
      kept.hidden = false;
      sales.send().catch(() => {});
    };

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
  document.body.addEventListener('back', send);
  send();
})();
