// The host's browser as the camera: WHIP in, WHEP out.

import { assertFaultless, open } from '../lib/browsers.js';
import { journey, until } from '../lib/journey.js';
import { logIn, picture, plays } from '../lib/pages.js';
import { shown } from '../lib/timecode.js';

journey('the browser\'s camera reaches the viewers', async ({ node, page, context, js }) => {
  await context.grantPermissions(['camera', 'microphone'], { origin: node.ready.web });
  await logIn(page, node);
  await page.getByRole('button', { name: 'Switch on WHIP' }).click();
  await page.locator('#whip-address').waitFor();
  await page.getByRole('button', { name: 'Broadcast from here' }).click();
  const whip = (status) => status.ingests.find(({ kind }) => kind === 'whip');
  await until(() => node.status(), (status) => whip(status).state !== '' && status.engine.signal === 'present', 'WHIP');

  const other = await context.browser().newContext();
  const viewer = await open(other, node);
  await viewer.goto(node.url(node.room));
  await viewer.locator('#way').selectOption('fast');
  const video = picture(viewer, js);
  await until(() => video.evaluate((element) => element.srcObject !== null && element.videoWidth), (width) => width > 0, 'WHEP');
  await plays(video, 'WHEP');
  // The browser's fake camera carries no time code, the test picture does.
  await until(() => shown(video), (code) => code === null, 'the camera in place of the test picture');

  await page.getByRole('button', { name: 'Stop broadcasting' }).click();
  await until(() => node.status(), (status) => status.engine.signal === 'lost', 'no signal once the camera is gone');
  assertFaultless(viewer);
}, { scripts: [true] });
