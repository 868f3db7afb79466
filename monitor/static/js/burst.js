/* The alarm bursts as notes in time, and their playing into any audio graph.
   Laws: no file and no server is needed; what a priority sounds like is decided here alone; times are seconds.
   Source: CLINICAL.md §3.3 (IEC 60601-1-8 tables 3 and 4): ten, three or two pulses; a fundamental of 150 to 1000 Hz with at least
   four harmonics in 300 to 4000 Hz, each within 15 dB of it; high at least as loud as medium, medium as low. */

const C4 = 261.63;
const E4 = 329.63;
const C5 = 523.25;
const HARMONICS = [0, 1, 0.8, 0.63, 0.5, 0.4, 0.32]; // of the fundamental: 0, -2, -4, -6, -8 and -10 dB
const PEAK = 0.7; // of full scale, so that nothing is clipped
const RISE_S = 0.02; // 13 % of the shortest pulse
const FALL_S = 0.03;
const CUT_S = 0.02; // a burst that is stopped ends without a click
const HIGH_S = 0.15;
const HIGH_GAP_S = 0.1;
const HIGH_HALF = [HIGH_GAP_S, HIGH_GAP_S, 2 * HIGH_GAP_S + HIGH_S, HIGH_GAP_S];
const LONG_S = 0.2;
const LONG_GAP_S = 0.18;

/** notes in Hz, pulseS, the silences between pulses, the silence after a burst, level of full loudness. */
export const BURSTS = {
  high: { notes: Array(10).fill(C4), pulseS: HIGH_S, gapsS: [...HIGH_HALF, 0.5, ...HIGH_HALF], restS: 3, level: 1 },
  medium: { notes: [C4, C4, C4], pulseS: LONG_S, gapsS: [LONG_GAP_S, LONG_GAP_S], restS: 8, level: 0.8 },
  page: { notes: [C5, C4, C4], pulseS: LONG_S, gapsS: [LONG_GAP_S, LONG_GAP_S], restS: 8, level: 0.8 }, // this page lost its server
  low: { notes: [E4, C4], pulseS: LONG_S, gapsS: [LONG_GAP_S], restS: 20, level: 0.63 },
};

/** The pulses of a burst: [{atS, pulseS, hz}] from its beginning. */
export function pulsesOf(kind) {
  const { notes, pulseS, gapsS } = BURSTS[kind];
  let atS = 0;
  return notes.map((hz, index) => {
    const pulse = { atS, pulseS, hz };
    atS += pulseS + (gapsS[index] ?? 0);
    return pulse;
  });
}

/** Play one burst into `output` at a time of the context. -> {endsS, stop()} */
export function playBurst(context, output, kind, atS) {
  const loudness = context.createGain();
  const voice = context.createOscillator();
  const { level } = BURSTS[kind];
  voice.setPeriodicWave(context.createPeriodicWave(new Float32Array(HARMONICS.length), Float32Array.from(HARMONICS)));
  loudness.gain.setValueAtTime(0, atS);
  let endsS = atS;
  for (const pulse of pulsesOf(kind)) {
    const startS = atS + pulse.atS;
    endsS = startS + pulse.pulseS;
    voice.frequency.setValueAtTime(pulse.hz, startS);
    loudness.gain.setValueAtTime(0, startS);
    loudness.gain.linearRampToValueAtTime(level * PEAK, startS + RISE_S);
    loudness.gain.setValueAtTime(level * PEAK, endsS);
    loudness.gain.linearRampToValueAtTime(0, endsS + FALL_S);
  }
  voice.connect(loudness).connect(output);
  voice.start(atS);
  voice.stop(endsS + FALL_S);
  voice.onended = () => loudness.disconnect();
  const stop = () => {
    loudness.gain.cancelScheduledValues(context.currentTime);
    loudness.gain.setTargetAtTime(0, context.currentTime, CUT_S / 4);
    voice.stop(context.currentTime + CUT_S);
  };
  return { endsS, stop };
}
