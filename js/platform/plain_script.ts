// What a plain script has instead of what the build puts into modules.

const script = typeof document === 'undefined' ? undefined : document.currentScript;

/**
 * In the place of `import.meta.url`. A script knows where it came from only while it runs for the
 * first time; a worker's importScripts() never tells.
 */
export const scriptUrl = script instanceof HTMLScriptElement ? script.src : location.href;

export const importUnbundled = (url: string) => import(url);
