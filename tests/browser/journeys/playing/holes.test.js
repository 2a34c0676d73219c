// A publisher that leaves frames out, as cameras in the dark and encoders without time do: what it sends is seen.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { journey, until } from '../../lib/journey.js';
import { logIn } from '../../lib/pages.js';

/** Six of 30 frames are missing each second; a keyframe comes every five seconds. */
const HOLES = ['-vf', "select='lt(mod(n,30),24)'", '-fps_mode', 'vfr', '-force_key_frames', 'expr:gte(t,n_forced*5)'];
const ENCODER = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '300', '-pix_fmt', 'yuv420p'];

/** Publishes until `use` is done. */
async function publishing(address, use) {
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30'];
  const child = spawn('ffmpeg', ['-v', 'error', ...source, ...HOLES, ...ENCODER, '-f', 'flv', address], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await use();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

journey('a stream with holes plays on', async ({ node, page, context }) => {
  const studio = await context.newPage();
  await logIn(studio, node);
  await studio.getByRole('button', { name: 'Switch on RTMP' }).click();
  const address = await studio.locator('#rtmp-address').inputValue();
  const key = await studio.locator('#rtmp-key').inputValue();
  await studio.close();
  await publishing(`${address}/${key}`, async () => {
    await until(() => node.status(), (status) => status.engine.source.includes('RTMP'), 'the publisher');
    await page.goto(node.url(node.room));
    await page.locator('#way').selectOption('smooth');
    const video = page.locator('#video');
    const time = () => video.evaluate((element) => element.currentTime);
    const first = await until(time, (now) => now > 0, 'the picture');
    // Most of this is without a keyframe. Who waits for the next one after a hole lacks what is between.
    await until(time, (now) => now > first + 6, 'six seconds');
    assert.equal(await video.evaluate((element) => element.buffered.length), 1, 'a part of the stream was not taken');
  });
}, { scripts: [true] });
