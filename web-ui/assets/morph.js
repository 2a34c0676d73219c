// Bringing what is on the page up to date without taking it away.

/**
 * Makes `old` like `fresh` and touches only what differs, so that focus, scrolling, open lists and loaded pictures stay.
 * Among siblings, those with a `data-key` are known by it again, wherever they stand now.
 */
export function morph(old, fresh) {
  const focused = document.activeElement;
  sync(old, fresh);
  // An element that changed its place has lost the focus.
  if (focused !== document.activeElement && old.contains(focused)) focused.focus({ preventScroll: true });
}

function sync(old, fresh) {
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const key = child.dataset?.key;
    const same = key ? known.get(key) : at && !at.dataset?.key && at.nodeName === child.nodeName && at;
    if (!same) {
      old.insertBefore(child, at);
      continue;
    }
    if (same === at) at = at.nextSibling;
    else old.insertBefore(same, at);
    if (same.nodeType === Node.ELEMENT_NODE) sync(same, child);
    else if (same.data !== child.data) same.data = child.data;
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
