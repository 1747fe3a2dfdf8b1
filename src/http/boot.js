// Starts the client of a page. Until it is here, others may change the page: a password manager puts something
// behind a field, a translation puts its words for ours. Hydration walks along the nodes that the server sent
// and stops at any other, so these are remembered as soon as they are parsed, and are alone again while it lasts.
// What was only added comes back afterwards; what took a node's place gives it back. So it is again for an element that
// is hydrated after the rest, whose nodes nobody of us has touched until then.
const sent = new WeakMap();
const remember = (parent) => {
  const nodes = [];
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    nodes.push(node);
    if (node.nodeType === Node.ELEMENT_NODE) remember(node);
  }
  sent.set(parent, nodes);
};
remember(document.body);

const guests = [];
const isAsSent = (parent, ours) => {
  let at = parent.firstChild;
  for (const node of ours) {
    if (node !== at) return false;
    at = at.nextSibling;
  }
  return !at;
};
const clear = (parent) => {
  const ours = sent.get(parent);
  if (!ours) return;
  if (!isAsSent(parent, ours)) {
    const own = new Set(ours);
    const foreign = [...parent.childNodes].filter((node) => !own.has(node));
    const complete = ours.every((node) => node.parentNode === parent);
    for (const node of foreign) {
      if (complete) guests.push({ node, parent, before: node.previousSibling });
      node.remove();
    }
    let at = parent.firstChild;
    for (const node of ours) {
      if (node === at) at = at.nextSibling;
      else parent.insertBefore(node, at);
    }
  }
  ours.forEach(clear);
};
const bringBack = () => {
  for (const { node, parent, before } of guests.splice(0)) {
    if (node.isConnected || !parent.isConnected) continue;
    if (before?.parentNode === parent) before.after(node);
    else parent.prepend(node);
  }
};
// On the document, or on the element that they are about.
document.addEventListener("hydrating", ({ target }) => clear(target === document ? document.body : target), true);
document.addEventListener("hydrated", bringBack, true);

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
