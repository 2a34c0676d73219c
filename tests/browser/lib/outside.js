// What Firefox does for pages outside of them (marionette.js, `runOutside`): for the tab in front, and with what it keeps.

/** A part of the page, as a PNG. */
export const DRAW = `const [x, y, width, height, done] = arguments;
  const { currentWindowGlobal } = gBrowser.selectedBrowser.browsingContext;
  currentWindowGlobal.drawSnapshot(new DOMRect(x, y, width, height), 1, 'white').then((bitmap) => {
    const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas');
    Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    done(canvas.toDataURL('image/png').split(',')[1]);
  }, () => done(''));`;
/** The size of the page. */
export const RESIZE = `const [width, height, done] = arguments;
  Object.assign(gBrowser.selectedBrowser.style, { width: width + 'px', maxWidth: width + 'px', height: height + 'px' });
  done();`;
/** The colour scheme that the system is said to have. */
export const COLOUR = `const [scheme, done] = arguments;
  gBrowser.selectedBrowser.browsingContext.prefersColorSchemeOverride = scheme;
  done();`;
/** A new tab, with the cookies of this jar. */
export const OPEN = `const [jar, done] = arguments;
  const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
  gBrowser.selectedTab = gBrowser.addTab('about:blank', { userContextId: jar, triggeringPrincipal });
  done();`;
/** The cookies of a host. */
export const COOKIES = `const [host, userContextId, done] = arguments;
  const sites = ['None', 'Lax', 'Strict'];
  done(Services.cookies.getCookiesFromHost(host, { userContextId }).map(({ name, value, isHttpOnly, isSession, expiry, sameSite }) => (
    { name, value, httpOnly: isHttpOnly, sameSite: sites[sameSite], expires: isSession ? -1 : expiry })));`;
/** The languages that are asked for; `null` for the usual ones. */
export const LANGUAGE = `const [languages, done] = arguments;
  if (languages) Services.prefs.setStringPref('intl.accept_languages', languages);
  else Services.prefs.clearUserPref('intl.accept_languages');
  done();`;
/** The next file that was saved, which then is Firefox's no more; `null` where there is none. */
export const SAVED = `const [done] = arguments;
  const { Downloads } = ChromeUtils.importESModule('resource://gre/modules/Downloads.sys.mjs');
  (async () => {
    const list = await Downloads.getList(Downloads.ALL);
    const saved = (await list.getAll()).find(({ succeeded }) => succeeded);
    if (saved) await list.remove(saved);
    return saved?.target.path ?? null;
  })().then(done);`;
/** What was refused by the pages' own policy since the last look. */
export const REFUSALS = `const [done] = arguments;
  const messages = Services.console.getMessageArray().filter((message) => /CSP|Content.Security/.test(message.category ?? ''));
  Services.console.reset();
  done(messages.map((message) => message.errorMessage));`;
