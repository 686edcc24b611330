// Sends the answers: once for a double click, again when a reply was lost, and the page stays if
// there is no connection. The key of the form makes sure that nothing is stored twice.
import { data, form } from './page.js';

const PATIENCE = 30000;
const status = document.createElement('p');
status.setAttribute('role', 'alert');
status.className = 'error sending';

const told = text => {
  status.textContent = text;
  if (text) form.querySelector('.send').append(status);
};
let busy = false, button;
export const sending = () => busy;
const ready = () => { busy = false; };

// Shows the answer of the server in the place of this page, as a browser would.
const show = (html, target) => {
  document.open();
  document.write(html);
  document.close();
  const found = target && document.getElementById(target);
  if (found) found.focus();
  scrollTo(0, found ? found.offsetTop : 0);
};

const body = () => {
  const typed = new FormData(form);
  typed.set('_action', 'send');
  return form.getAttribute('enctype') == 'multipart/form-data' ? typed : new URLSearchParams(typed);
};

// `done` is called when the answers have arrived.
export const send = (event, done) => {
  const pressed = event.submitter || button;
  if (pressed && pressed.formTarget) return undefined; // printing: this page stays as it is
  if (busy) return event.preventDefault();
  busy = true;
  if (pressed && pressed.value != 'send' || !window.fetch || !window.AbortController) {
    setTimeout(ready, 3000); // a browser that was stopped may be asked again
    return undefined;
  }
  event.preventDefault();
  const target = form.getAttribute('action') || '';
  told(data.words.sending);
  const patience = new AbortController(), timer = setTimeout(() => patience.abort(), PATIENCE);
  return fetch(target.split('#')[0] || location.href, { method: 'POST', body: body(), signal: patience.signal })
    .then(answer => answer.text().then(html => {
      if (answer.status >= 500) throw answer;
      return html.includes('id="receipt"') ? done().then(() => html) : html;
    }))
    .then(html => show(html, target.split('#')[1]))
    .catch(() => told(data.words.offline))
    .then(() => { clearTimeout(timer); ready(); });
};

export const attend = () => {
  addEventListener('pageshow', ready);
  // Pressing Enter in a line of text counts as a click on the first button, too.
  form.addEventListener('click', event => { button = event.target.closest('button') || button; });
};
