/* Without it everything works: the worker only keeps a page for when the studio cannot be reached.
   Browsers give it to secure pages alone (https, or this machine). */

navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
