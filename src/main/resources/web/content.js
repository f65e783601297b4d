// Texts appear as they are written. Without this script the same form answers with the finished page.
(() => {
  const writing = document.getElementById('writing'), drafts = document.getElementById('drafts'), texts = document.getElementById('texts');
  let call;
  const draft = (all) => drafts.replaceChildren(...all.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
  const show = (html) => {
    texts.innerHTML = html;
    texts.scrollIntoView({ block: 'nearest' });
  };

  const read = async (stream, take) => {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const field = (name) => event.split('\n').filter((l) => l.startsWith(name + ':')).map((l) => l.slice(name.length + 1)).join('\n').trim();
        if (field('data')) take(field('event'), field('data'));
      }
    }
  };

  const write = async (form, submitter) => {
    call?.abort();
    const mine = call = new AbortController();
    // before what it stands in goes
    const body = new URLSearchParams(new FormData(form, submitter));
    let finished = false;
    drafts.replaceChildren();
    texts.replaceChildren();
    writing.hidden = false;
    writing.scrollIntoView({ block: 'nearest' });
    try {
      const answer = await fetch(form.dataset.write, { method: 'POST', signal: mine.signal, body });
      if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('text/event-stream')) throw 0;
      await read(answer.body, (name, data) => {
        if (name === 'draft') draft(JSON.parse(data));
        else { finished = true; show(JSON.parse(data)[0]); }
      });
      if (!finished) throw 0;
    } catch {
      if (mine !== call) return;
      // whoever cancelled knows
      if (!mine.signal.aborted) texts.append(Object.assign(document.createElement('p'), { className: 'alert alert-error', textContent: texts.dataset.away }));
    } finally {
      if (mine === call) writing.hidden = true;
    }
  };

  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (!form.dataset.write) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    write(form, e.submitter);
  }, true);
  document.getElementById('cancel')?.addEventListener('click', () => { call?.abort(); writing.hidden = true; });
  document.addEventListener('click', (e) => {
    const button = e.target.closest?.('[data-copy]');
    if (!button) return;
    const { copy, copied } = button.dataset, word = button.textContent;
    const done = () => {
      button.textContent = copied;
      setTimeout(() => { button.textContent = word; }, 2000);
    };
    if (navigator.clipboard) return navigator.clipboard.writeText(copy).then(done, () => {});
    // an address without TLS
    const area = Object.assign(document.createElement('textarea'), { value: copy });
    button.after(area);
    area.select();
    if (document.execCommand('copy')) done();
    area.remove();
  });
})();
