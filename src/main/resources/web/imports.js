// A file may be dropped on the form, and one that is too large is told of before it is sent.
(() => {
  const form = document.querySelector('[data-drop]'), input = form.querySelector('[type=file]');
  const problem = document.getElementById('file_problem');
  const look = () => {
    const large = input.files[0]?.size > form.dataset.largest * 1048576;
    problem.textContent = large ? form.dataset.tooLarge : '';
    problem.hidden = !large;
    input.setAttribute('aria-invalid', large);
    input.setCustomValidity(large ? form.dataset.tooLarge : '');
  };
  input.addEventListener('change', look);
  // a large file is long on its way; coming back by the browser's button there is nothing on its way
  const button = form.querySelector('button'), word = button.textContent, status = document.getElementById('sending');
  const say = (sending) => {
    button.textContent = sending || word;
    status.textContent = sending;
  };
  form.addEventListener('submit', () => say(button.dataset.sending));
  addEventListener('pageshow', () => say(''));
  const over = (e, yes) => { e.preventDefault(); form.classList.toggle('over', yes); };
  form.addEventListener('dragover', (e) => over(e, true));
  form.addEventListener('dragleave', (e) => over(e, false));
  form.addEventListener('drop', (e) => {
    over(e, false);
    if (!e.dataTransfer.files.length) return;
    input.files = e.dataTransfer.files;
    look();
  });
})();
