// @ts-check
// What all demo pages have: the way to the others, a form of options, and a line that says what is
// going on or what went wrong.

const kPages = {
  'blur.html': 'Background blur',
  'hands.html': 'Hands',
  'index.html': 'Faces',
  'bench.html': 'Bench',
};

/** @param {string} id */
export const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export const options = /** @type {HTMLFormElement} */ (element('options'));

/** What is chosen in the form, by name. */
export function choices() {
  return /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(options)));
}

/** The option of `loadModel` that is chosen. */
export function chosenThreads() {
  const { threads } = choices();
  return threads === 'auto' ? 'auto' : Number(threads);
}

/** @param {string} text */
export function say(text, isError = false) {
  element('status').textContent = text;
  element('status').className = isError ? 'error' : '';
}

/** @param {unknown} error for the person to read */
export function sayWrong(error) {
  const { code, name, message } = /** @type {{code?: unknown} & Error} */ (error);
  if (name === 'NotAllowedError') say('The camera was refused. Allow it, or take the clip.', true);
  else if (name === 'NotFoundError') say('There is no camera here. Take the clip.', true);
  else if (name === 'NotReadableError') say('The camera is in use elsewhere. Take the clip.', true);
  else say(typeof code === 'string' ? `${code}: ${message}` : String(message), true);
}

/** @type {Promise<void>} */
let lastAttempt = Promise.resolve();

/**
 * One thing after the other, so that no model is replaced while it runs; and whatever goes wrong is
 * said.
 * @param {() => Promise<void>} action
 */
export function attempt(action) {
  lastAttempt = lastAttempt.then(action).catch(sayWrong);
}

/**
 * Files that are opened by the input `file`, or dropped on the page.
 * @param {(file: File) => Promise<void>} action
 */
export function onFile(action) {
  const take = (/** @type {FileList | null | undefined} */ files) => {
    const [file] = files ?? [];
    if (file) attempt(() => action(file));
  };
  const input = /** @type {HTMLInputElement} */ (element('file'));
  input.addEventListener('change', () => take(input.files));
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
}

function addNavigation() {
  const here = location.pathname.split('/').pop() || 'index.html';
  const links = Object.entries(kPages).map(([page, title]) => {
    const link = Object.assign(document.createElement('a'), { href: page, textContent: title });
    if (page === here) link.setAttribute('aria-current', 'page');
    return link;
  });
  document.querySelector('nav')?.append(...links);
}

/** What is wider than the screen scrolls, by keyboard too: that takes the focus. */
function makeScrollable() {
  for (const section of document.querySelectorAll('section.wide')) {
    /** @type {HTMLElement} */ (section).tabIndex = 0;
  }
}

addNavigation();
makeScrollable();
