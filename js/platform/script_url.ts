// In a plain script there is no `import.meta.url`; the build puts this in its place. A script knows
// where it came from only while it runs for the first time; a worker's importScripts() never tells.

const script = typeof document === 'undefined' ? undefined : document.currentScript;

export const scriptUrl = script instanceof HTMLScriptElement ? script.src : location.href;
