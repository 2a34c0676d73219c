// Every page, as `look` wants it.

import { journey } from '../lib/journey.js';
import { look } from '../lib/look.js';
import { logIn, moves, say } from '../lib/pages.js';

journey('the lobby looks right', async ({ node, page, js }) => {
  await page.goto(node.url('/'));
  await look(page, 'lobby', js);
});

journey('the room looks right', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await moves(page, js, 'the room');
  await say(page, 'Good evening from the kitchen!');
  await say(page, 'Which song was that? Something like https://example.org/songs?by=nobody&year=1967');
  await look(page, 'room', js);
});

journey('the room off air looks right', async ({ node, page, js }) => {
  await page.goto(node.url(node.room));
  await page.locator('#slate').waitFor();
  await look(page, 'room-off-air', js);
}, { start: { args: ['--camera', 'test'] } });

journey('the studio looks right', async ({ node, page, js }) => {
  await logIn(page, node);
  await page.getByRole('button', { name: 'Switch on RTMP' }).click();
  await page.locator('#rtmp-address').waitFor();
  await moves(page, js, 'the studio');
  await look(page, 'studio', js);
});

journey('the login looks right', async ({ node, page, js }) => {
  await page.goto(node.url('/studio'));
  await look(page, 'login', js);
}, { expected: [/401/] });

journey('a page for what went wrong looks right', async ({ node, page, js }) => {
  await page.goto(node.url('/no-such-page'));
  await look(page, 'problem', js);
}, { expected: [/404/] });
