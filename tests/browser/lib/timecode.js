// The test picture's time code (40 squares in the top row), read from a page's video or image, or from a screenshot.
//
// 1010, 32 bits of Unix milliseconds modulo 2^32 at capture, and the exclusive or of that number's eight nibbles.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

import { PAUSE_MS } from './journey.js';

const SQUARES = 40;
const WRAP = 2 ** 32;

/** The code of 40 brightness values, or null. */
export function decode(values) {
  const bits = values.map((value) => (value >= 126 ? 1 : 0));
  if (bits.slice(0, 4).join('') !== '1010') return null;
  const number = bits.slice(4, 36).reduce((sum, bit) => sum * 2 + bit, 0);
  let sum = 0;
  for (let shift = 0; shift < 32; shift += 4) sum ^= (number >>> shift) & 15;
  return bits.slice(36).reduce((total, bit) => total * 2 + bit, 0) === sum ? number : null;
}

/** Milliseconds from the code `earlier` to the code `later`. */
export function between(earlier, later) {
  const span = (((later - earlier) % WRAP) + WRAP) % WRAP;
  return span >= WRAP / 2 ? span - WRAP : span;
}

/** The code of this moment. */
export function now() {
  return Date.now() % WRAP;
}

/** The brightness of the 40 squares in an element (`video` or `img`) of the page, read through a canvas. Runs in the page. */
export function readSquares(element) {
  const [width, height] = [element.videoWidth ?? element.naturalWidth, element.videoHeight ?? element.naturalHeight];
  if (!width || !height) return null;
  const canvas = element.ownerDocument.createElement('canvas');
  const square = Math.floor(width / 40);
  canvas.width = width;
  canvas.height = square;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(element, 0, 0, width, square, 0, 0, width, square);
  return Array.from({ length: 40 }, (_, at) => {
    const [r, g, b] = context.getImageData(Math.floor((at + 0.5) * square), Math.floor(square / 2), 1, 1).data;
    return 0.299 * r + 0.587 * g + 0.114 * b;
  });
}

/** The code that an element of the page shows now, or null. Needs scripts. */
export async function shown(locator) {
  const squares = await locator.evaluate(readSquares);
  return squares && decode(squares);
}

/** The code in a screenshot of an element: what a person would see, with or without scripts. */
export async function screenshotCode(page, locator) {
  const clip = await locator.boundingBox();
  return clip && codeInImage(await page.screenshot({ clip }));
}

/**
 * The code in an image file, or in a part of it (`{ x, y, width, height }`). The picture may be letterboxed there; `aspect` is its
 * width by its height.
 */
export async function codeInImage(file, part = null, aspect = 16 / 9) {
  const image = await grey(file, part);
  if (image === null) return null;
  const { width, luma } = image;
  const height = luma.length / width;
  const [across, down] = width / height > aspect ? [height * aspect, height] : [width, width / aspect];
  const [left, top] = [(width - across) / 2, (height - down) / 2];
  const square = across / SQUARES;
  const y = Math.floor(top + square / 2);
  return decode(Array.from({ length: SQUARES }, (_, at) => luma[y * width + Math.floor(left + (at + 0.5) * square)]));
}

/**
 * Decodes an image file, or a part of it, to brightness values, by ffmpeg. `null` where the part has no size or lies outside, as
 * the place of a picture does while a page is being laid out.
 */
async function grey(file, part) {
  const crop = part ? ['-vf', `crop=${['width', 'height', 'x', 'y'].map((side) => Math.round(part[side])).join(':')}`] : [];
  const input = ['-loglevel', 'error', '-i', 'pipe:0', ...crop];
  const ffmpeg = spawn('ffmpeg', [...input, '-f', 'image2pipe', '-c:v', 'pgm', '-pix_fmt', 'gray', 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks = [];
  ffmpeg.stdout.on('data', (chunk) => chunks.push(chunk));
  // It may refuse the part before it has read the whole file.
  ffmpeg.stdin.on('error', () => {});
  ffmpeg.stdin.end(file);
  await once(ffmpeg.stdout, 'end');
  const pgm = Buffer.concat(chunks);
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 40).toString('latin1'));
  return header && { width: Number(header[1]), luma: pgm.subarray(header[0].length) };
}

/**
 * Waits until the picture of an element shows a code and then a later one, `steps` times. `read` gives the code, or null
 * where none can be read yet.
 */
export async function advances(read, what, steps = 3) {
  const deadline = Date.now() + 30_000;
  let last = null;
  for (let step = 0; step <= steps; ) {
    if (Date.now() > deadline) throw new Error(`${what}: the picture ${last === null ? 'never showed' : 'stopped at'} ${last}`);
    const code = await read();
    if (code !== null && (last === null || between(last, code) > 0)) {
      last = code;
      step += 1;
    } else {
      await setTimeout(PAUSE_MS);
    }
  }
  return last;
}
