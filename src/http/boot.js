// Starts the client of a page. Until it is here, others may change the page: a password manager puts something
// behind a field, a translation puts its words for ours. Hydration walks along the nodes that the server sent
// and stops at any other, so changes are written down from the moment the page is parsed, and undone while it lasts.
// What was only added comes back afterwards; what took a node's place gives it back. Of an element that is hydrated
// after the rest changes are written down from then on once more.
const watched = new WeakMap();
const watch = (place) => {
  const changes = [];
  const observer = new MutationObserver((more) => changes.push(...more));
  observer.observe(place, { childList: true, subtree: true });
  watched.set(place, () => {
    watched.delete(place);
    changes.push(...observer.takeRecords());
    observer.disconnect();
    return changes;
  });
};
watch(document.body);

const guests = [];
const undo = (changes) => {
  const ours = new Set();
  const foreign = new Set();
  const robbed = new Set();
  for (const { target, addedNodes, removedNodes } of changes) {
    for (const node of removedNodes) {
      if (foreign.has(node)) continue;
      ours.add(node);
      robbed.add(target);
    }
    for (const node of addedNodes) if (!ours.has(node)) foreign.add(node);
  }
  // What others do to what is theirs is nothing to us.
  const isForeign = (node) => node !== null && (foreign.has(node) || isForeign(node.parentNode));
  for (const { target, addedNodes, removedNodes, nextSibling } of changes.reverse()) {
    if (isForeign(target)) continue;
    for (const node of addedNodes) {
      if (foreign.has(node) && !robbed.has(target)) guests.push({ node, parent: target, before: node.previousSibling });
      node.remove();
    }
    const next = nextSibling?.parentNode === target ? nextSibling : null;
    for (const node of removedNodes) target.insertBefore(node, next);
  }
};
const bringBack = () => {
  // What came first comes back first.
  for (const { node, parent, before } of guests.splice(0).reverse()) {
    if (node.isConnected || !parent.isConnected) continue;
    if (before?.parentNode === parent) before.after(node);
    else parent.prepend(node);
  }
};
// On the document, or on the element that they are about.
const place = (event) => event.target.body ?? event.target;
document.addEventListener("deferred", (event) => watch(place(event)), true);
document.addEventListener("hydrating", (event) => undo(watched.get(place(event))?.() ?? []), true);
document.addEventListener(
  "hydrated",
  (event) => {
    watched.get(place(event))?.();
    bringBack();
  },
  true,
);

// A plain form leaves its own address in the bar; the page is that of another.
if (at) history.replaceState(history.state, "", at);
let left = false;
addEventListener("pagehide", () => (left = true), { once: true });
// Where it does not load, the page goes on as it was sent: every form of it works without.
const loading = Promise.all([import(script), fetch(wasm, integrity ? { integrity } : {})]);
const loaded = await loading.catch(() => null);
try {
  await loaded?.[0].default({ module_or_path: loaded[1] });
} catch (error) {
  // Whoever leaves while it starts misses nothing.
  if (!left && error.name !== "AbortError") throw error;
}
