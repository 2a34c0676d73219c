// What somebody hears who counts the beeps of a flood check, and knows nothing of how they were made.

/** Above this, a piece of a hundredth of a second is no silence: root mean square, of 1. */
const LOUD = 0.1;
/** Below this, a tone is low; in hertz. */
const LOW_HZ = 500;

/** The digits that a WAV file of 8 bits tells: after each low tone, how many high ones. Two low tones alone are the end. */
export function digitsHeard(wav) {
  const rate = wav.readUInt32LE(24);
  const samples = [...wav.subarray(44)].map((sample) => (sample - 128) / 128);
  const tones = [];
  let tone = [];
  for (let at = 0; at < samples.length; at += rate / 100) {
    const piece = samples.slice(at, at + rate / 100);
    const power = piece.reduce((sum, sample) => sum + sample * sample, 0) / piece.length;
    if (Math.sqrt(power) > LOUD) {
      tone.push(...piece);
    } else if (tone.length) {
      tones.push(strongest(tone, rate));
      tone = [];
    }
  }
  const counts = [];
  for (const hz of tones) {
    if (hz < LOW_HZ) counts.push(0);
    else counts[counts.length - 1] += 1;
  }
  if (counts.slice(-2).join() !== '0,0') throw new Error(`the end was not told: ${counts}`);
  return counts.slice(0, -2).join('');
}

/** The strongest of the frequencies in it, in hertz (a discrete Fourier transform, one frequency after the other). */
function strongest(samples, rate) {
  let best = { power: 0, hz: 0 };
  for (let hz = 150; hz < 2000; hz += 10) {
    let [re, im] = [0, 0];
    samples.forEach((sample, at) => {
      re += sample * Math.cos((2 * Math.PI * hz * at) / rate);
      im += sample * Math.sin((2 * Math.PI * hz * at) / rate);
    });
    const power = re * re + im * im;
    if (power > best.power) best = { power, hz };
  }
  return best.hz;
}
